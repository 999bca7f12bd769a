import type { Command } from 'commander';
import { settingsSchema } from '../../lib/settings/settings.ts';
import { addSettingFlags } from '../setting-flags.ts';
import { existingFile, number, wholeNumber, withExample } from './flags.ts';

export function pretrain(command: Command): void {
  withExample(command, 'npx counterpoise pretrain --texts texts.jsonl --out model --size tiny');
  command
    .requiredOption('--texts <file>', 'JSONL: {"text"} a line', existingFile)
    .requiredOption('--out <folder>', 'gets the checkpoint, as Hugging Face lays it out')
    .option('--size <name>', 'tiny (about 1 M weights) or small (about 10 M)', 'tiny');
  addSettingFlags(command, settingsSchema.shape.model.unwrap().options[1], { without: ['scratch'] });
  addLogFlags(command).action(async (flags) => (await import('../actions/train.ts')).pretrain(flags));
}

export function finetune(command: Command): void {
  withExample(command, 'npx counterpoise finetune --model model --texts texts.jsonl --out tuned --epochs 3');
  command
    .requiredOption('--model <folder>', 'the checkpoint to start from, as Hugging Face lays it out')
    .requiredOption('--texts <file>', 'JSONL: {"text"} or {"input", "target"} a line', existingFile)
    .requiredOption('--out <folder>', 'gets the checkpoint');
  addSettingFlags(command, settingsSchema.shape.fineTune.unwrap());
  addLogFlags(command).action(async (flags) => (await import('../actions/train.ts')).finetune(flags));
}

const addLogFlags = (command: Command) =>
  command
    .option('--log <file>', 'JSONL: gets {step, loss, learningRate, seconds} for each step')
    .option('--json', 'print the figures as one line of JSON');

/** Settings of how a run shares out and repeats its generation, which one file of prompts has no use for. */
const OF_RUNS = ['target', 'keywordProbability', 'shardSize', 'maxRounds'];

export function generate(command: Command): void {
  withExample(command, 'npx counterpoise generate --model tuned --prompts prompts.jsonl --out records.jsonl');
  command
    .requiredOption('--model <folder>', 'the checkpoint, as Hugging Face lays it out')
    .requiredOption('--prompts <file>', 'JSONL: {"prompt"} a line', existingFile)
    .requiredOption('--out <file>', 'JSONL: gets {prompt, text, ids, score} for each prompt');
  addSettingFlags(command, settingsSchema.shape.generate.unwrap(), { without: OF_RUNS })
    .option('--json', 'print the figures as one line of JSON')
    .action(async (flags) => (await import('../actions/generate.ts')).runGenerate(flags));
}

export function fasttext(command: Command): void {
  withExample(command, 'npx counterpoise fasttext train -input train.txt -output model');
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
  withExample(train, 'npx counterpoise fasttext train -input train.txt -output model -lr 0.5 -epoch 25');

  const test = command.command('test').description('precision and recall of a model');
  addFileArguments(test, 'lines with labels')
    .option('--json', 'print the figures as one line of JSON')
    .action(async (model, file, k, threshold, flags) =>
      (await import('../actions/fasttext.ts')).testModel(model, file, k, threshold, flags),
    );
  withExample(test, 'npx counterpoise fasttext test model.bin test.txt');

  const predict = command.command('predict').description('the labels of each line of a file');
  addFileArguments(predict, 'lines of text')
    .option('--prob', "print each label's probability too, as fastText's predict-prob does")
    .action(async (model, file, k, threshold, flags) =>
      (await import('../actions/fasttext.ts')).predict(model, file, k, threshold, flags),
    );
  withExample(predict, 'npx counterpoise fasttext predict model.bin lines.txt 3 --prob');
}

const addFileArguments = (command: Command, content: string) =>
  command
    .argument('<model>', 'a .bin file, of this program or of fastText')
    .argument('<file>', content)
    .argument('[k]', 'labels to predict for each line', wholeNumber(1), 1)
    .argument('[threshold]', 'least probability of a predicted label', number, 0);
