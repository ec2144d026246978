// Leaflet's modules: of these a bundle holds only what is used, of its one script everything.

export * from "leaflet/dist/leaflet-src.esm.js";
