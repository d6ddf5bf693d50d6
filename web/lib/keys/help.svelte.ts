/** Whether the map of the keys is shown: asked for by `?` on any page, or by a button. */
class KeysHelp {
  shown = $state(false);
}

export const keysHelp = new KeysHelp();
