/** Lists that are asked for while somebody types show what fitted the words of a moment ago: what does not fit those
 * that stand now goes at once, so that no key takes it; the server's answer brings what is missing. */

const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** Whether each of the words is in the text, whatever its case and accents. */
export function fits(text: string, words: string): boolean {
  const has = plain(text);
  return plain(words).split(/\s+/).every((word) => has.includes(word));
}

/** How many of the options stay. */
export function narrow(options: HTMLElement[], words: string): number {
  for (const option of options) {
    const { word, one } = option.dataset;
    option.hidden = !fits(`${option.textContent} ${word ?? ""} ${one ?? ""}`, words);
  }
  return options.filter((option) => !option.hidden).length;
}
