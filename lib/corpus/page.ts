/** One cleaned record: what every stage after the cleaning works on. */
export interface Page {
  id: string;
  text: string;
  label: string;
}
