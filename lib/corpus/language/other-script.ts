/**
 * Whether most letters of a page are of another script than Latin. The cleaning turns those into spaces; what it
 * leaves (a brand, a year) is too little for a detector, which would call it unknown.
 */
export function isOtherScript(page: string): boolean {
  const others = page.match(/[^\P{L}\p{Script=Latin}]/gu)?.length ?? 0;
  return others > 0 && others > (page.match(/[a-z]/gi)?.length ?? 0);
}
