// Whether states of shelters are those of now, by what they say themselves: in a static copy only until
// an instant.
export const isCurrent = (told) => Boolean(told?.is_current) && !(Date.parse(told.current_until) < Date.now());
