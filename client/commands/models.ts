import type { Command } from 'commander';
import { settingsSchema } from '../../lib/settings/settings.ts';
import { addSettingFlags } from '../setting-flags.ts';
import { existingFile, number, wholeNumber, withExample } from './flags.ts';

export function pretrain(command: Command): void {
  withExample(command, 'npx counterpoise pretrain --texts texts.jsonl --out model --size tiny');
  command
    .requiredOption('--texts <file>', 'JSONL: one {"text"} per line', existingFile)
    .requiredOption('--out <folder>', 'output folder for the checkpoint, in Hugging Face layout')
    .option('--size <name>', 'tiny (about 1 M weights) or small (about 10 M)', 'tiny');
  addSettingFlags(command, settingsSchema.shape.model.unwrap().options[1], { without: ['scratch'] });
  addLogFlags(command).action(async (flags) => (await import('../actions/train.ts')).pretrain(flags));
}

export function finetune(command: Command): void {
  withExample(command, 'npx counterpoise finetune --model model --texts texts.jsonl --out tuned --epochs 3');
  command
    .requiredOption('--model <folder>', 'the checkpoint to start from, in Hugging Face layout')
    .requiredOption('--texts <file>', 'JSONL: one {"text"} or {"input", "target"} per line', existingFile)
    .requiredOption('--out <folder>', 'output folder for the checkpoint');
  addSettingFlags(command, settingsSchema.shape.fineTune.unwrap());
  addLogFlags(command).action(async (flags) => (await import('../actions/train.ts')).finetune(flags));
}

const addLogFlags = (command: Command) =>
  command
    .option('--log <file>', 'JSONL output: {step, loss, learningRate, seconds} for each step')
    .option('--json', 'print the results as one line of JSON');

/** Settings for shards and rounds, which do not apply to a single file of prompts. */
const OF_RUNS = ['target', 'keywordProbability', 'shardSize', 'maxRounds'];

export function generate(command: Command): void {
  withExample(command, 'npx counterpoise generate --model tuned --prompts prompts.jsonl --out records.jsonl');
  command
    .requiredOption('--model <folder>', 'the checkpoint, in Hugging Face layout')
    .requiredOption('--prompts <file>', 'JSONL: one {"prompt"} per line', existingFile)
    .requiredOption('--out <file>', 'JSONL output: {prompt, text, ids, score} for each prompt');
  addSettingFlags(command, settingsSchema.shape.generate.unwrap(), { without: OF_RUNS })
    .option('--json', 'print the results as one line of JSON')
    .action(async (flags) => (await import('../actions/generate.ts')).runGenerate(flags));
}

export function fasttext(command: Command): void {
  withExample(command, 'npx counterpoise fasttext train -input train.txt -output model');
  const train = command
    .command('train')
    .alias('supervised')
    .description('train a classifier')
    .requiredOption('--input <file>', 'lines such as "__label__crude Oil prices rose"')
    .requiredOption('--output <path>', 'writes the model to <path>.bin, the word vectors to <path>.vec');
  addSettingFlags(train, settingsSchema.shape.classifier.unwrap(), {
    without: ['kind', 'C'],
    spelling: (field) => field,
  })
    .option('--seed <n>', 'seed of the initial weights', wholeNumber(), 0)
    .option('--json', 'print the results as one line of JSON')
    .action(async (flags) => (await import('../actions/fasttext.ts')).trainModel(flags));
  withExample(train, 'npx counterpoise fasttext train -input train.txt -output model -lr 0.5 -epoch 25');

  const test = command.command('test').description('print precision and recall of a model');
  addFileArguments(test, 'lines with labels')
    .option('--json', 'print the results as one line of JSON')
    .action(async (model, file, k, threshold, flags) =>
      (await import('../actions/fasttext.ts')).testModel(model, file, k, threshold, flags),
    );
  withExample(test, 'npx counterpoise fasttext test model.bin test.txt');

  const predict = command.command('predict').description('predict the labels of each line of a file');
  addFileArguments(predict, 'lines of text')
    .option('--prob', "also print each label's probability, like fastText's predict-prob")
    .action(async (model, file, k, threshold, flags) =>
      (await import('../actions/fasttext.ts')).predict(model, file, k, threshold, flags),
    );
  withExample(predict, 'npx counterpoise fasttext predict model.bin lines.txt 3 --prob');
}

const addFileArguments = (command: Command, content: string) =>
  command
    .argument('<model>', 'a .bin file from this program or fastText')
    .argument('<file>', content)
    .argument('[k]', 'labels to predict for each line', wholeNumber(1), 1)
    .argument('[threshold]', 'minimum probability of a predicted label', number, 0);
