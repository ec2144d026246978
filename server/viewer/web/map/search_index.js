// The index of places, loaded when it is first needed.

import { finder } from "./finder.js";

export class SearchIndex {
  constructor(address) {
    this.address = address;
    this.loading = null;
    this.find = null; // from a query to groups of places, once it is loaded
  }

  // Once; after a failure it is asked for again.
  load() {
    this.loading ??= this.read().catch(() => {
      this.loading = null;
    });
    return this.loading;
  }

  async read() {
    const response = await fetch(this.address);
    if (!response.ok) throw new Error(`${this.address}: ${response.status}`);
    this.find = finder(await response.json());
  }
}
