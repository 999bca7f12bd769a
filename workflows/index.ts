export { balanceClass } from './balance-class.ts';
export { balanceDataset } from './balance-dataset.ts';
