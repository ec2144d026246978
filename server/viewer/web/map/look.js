// How the map looks: the constants of layers/symbology/look.py, which pictures and print share.

export let look = null;

// `values`: `LOOK` of look.py, and how many `cells` a tile is wide whose points are counted together.
export function setLook(values) {
  look = values;
}
