import type { Command } from 'commander';
import { settingsSchema } from '../../lib/settings/settings.ts';
import { addSettingFlags } from '../setting-flags.ts';
import { number, wholeNumber, withExample } from './flags.ts';

/** `fasttext train`, `fasttext test` and `fasttext predict`. */
export function defineFastText(command: Command): void {
  const train = command
    .command('train')
    .alias('supervised')
    .description('train a classifier')
    .requiredOption('--input <file>', 'lines such as "__label__crude Oil prices rose"')
    .requiredOption('--output <path>', "gets the model as <path>.bin, the words' vectors as <path>.vec");
  addSettingFlags(train, settingsSchema.shape.classifier.unwrap(), {
    without: ['kind', 'C'],
    spelling: (field) => field,
  })
    .option('--seed <n>', 'seed of the start weights', wholeNumber(), 0)
    .option('--json', 'print what was learnt as one line of JSON')
    .action(async (flags) => (await import('../actions/fasttext.ts')).trainModel(flags));
  withExample(train, 'counterpoise fasttext train -input train.txt -output model -lr 0.5 -epoch 25');

  const test = command.command('test').description('precision and recall of a model');
  addFileArguments(test, 'lines with labels')
    .option('--json', 'print the figures as one line of JSON')
    .action(async (model, file, k, threshold, flags) =>
      (await import('../actions/fasttext.ts')).testModel(model, file, k, threshold, flags),
    );
  withExample(test, 'counterpoise fasttext test model.bin test.txt');

  const predict = command.command('predict').description('the labels of each line of a file');
  addFileArguments(predict, 'lines of text')
    .option('--prob', "print each label's probability too, as fastText's predict-prob does")
    .action(async (model, file, k, threshold, flags) =>
      (await import('../actions/fasttext.ts')).predict(model, file, k, threshold, flags),
    );
  withExample(predict, 'counterpoise fasttext predict model.bin lines.txt 3 --prob');
}

const addFileArguments = (command: Command, content: string) =>
  command
    .argument('<model>', 'a .bin file, of this program or of fastText')
    .argument('<file>', content)
    .argument('[k]', 'labels to predict for each line', wholeNumber(1), 1)
    .argument('[threshold]', 'least probability of a predicted label', number, 0);
