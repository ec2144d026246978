// The states of shelters as the service told of them last, for answers about a place.

const NOTHING = { features: [], checked_at: null, is_current: false };

export class KeptOpenings {
  // `told` is what the service answers at /shelters.json; null where it never did. `isCurrent` says
  // whether that was just now; states run out by `now`, in milliseconds.
  constructor(told, isCurrent, now) {
    const { features, checked_at: checkedAt, is_current: wasCurrent } = told ?? NOTHING;
    this.checkedAt = checkedAt;
    this.isCurrent = wasCurrent && isCurrent;
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
