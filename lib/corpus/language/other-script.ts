/**
 * Whether most letters of a page are of another script than Latin. The cleaning turns those into spaces; what it
 * leaves (a brand, a year) is too little for a detector, which would call it unknown.
 */
export function isOtherScript(page: string): boolean {
  let latin = 0;
  let suspects = 0;
  for (let at = 0; at < page.length; at++) {
    const code = page.charCodeAt(at);
    if (code >= FIRST_OTHER) suspects++;
    else if ((code | 32) >= 97 && (code | 32) <= 122) latin++;
  }
  // Most pages have a dash or a bullet at most; only those in doubt are worth the slow count.
  if (suspects <= latin) return false;
  return (page.match(/[^\P{L}\p{Script=Latin}]/gu)?.length ?? 0) > latin;
}

/** The first letter of another script, Greek; before it stand Latin letters and marks alone. */
const FIRST_OTHER = 0x370;
