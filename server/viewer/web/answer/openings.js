// The states of shelters as the service told of them last, for answers about a place.

import { isCurrent as wasCurrent } from "../map/openings_age.js";

const NOTHING = { features: [], checked_at: null };

export class KeptOpenings {
  // `told` is what the service answers at /shelters.json; null where it never did. `isCurrent` says
  // whether that was just now; states run out by `now`, in milliseconds.
  constructor(told, isCurrent, now) {
    const { features, checked_at: checkedAt } = told ?? NOTHING;
    this.checkedAt = checkedAt;
    this.isCurrent = isCurrent && wasCurrent(told);
    this.states = new Map(
      features
        .map(({ properties }) => properties)
        .filter(({ valid_until: until }) => Date.parse(until) > now)
        .map((state) => [`${state.layer}/${state.feature}`, state]),
    );
  }

  of(layer, feature) {
    return this.states.get(`${layer}/${feature}`) ?? null;
  }
}
