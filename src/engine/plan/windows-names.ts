/** Of Windows' rules for names ("Naming Files, Paths, and Namespaces"): characters, ends, and names of devices. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is forbidden.
const FORBIDDEN = /[\u0000-\u001f<>:"/\\|?*]/;
const BAD_END = /[. ]$/;
const DEVICE =
  /^(con|prn|aux|nul|conin\$|conout\$|com[1-9\u00b9\u00b2\u00b3]|lpt[1-9\u00b9\u00b2\u00b3])(\.|$)/i;

/** Whether Windows, and file systems that keep its rules, refuse a name. */
export function isRefusedByWindows(name: string): boolean {
  return FORBIDDEN.test(name) || BAD_END.test(name) || DEVICE.test(name);
}
