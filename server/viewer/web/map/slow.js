// Offers the light form where the connection is slow, or where data is to be saved.

const PATIENCE = 8000; // milliseconds until a map that is still loading is taken to be slow

// `isLoading` says whether the map still waits for data.
export function offerLight(isLoading) {
  const offer = document.getElementById("slow");
  const { connection } = navigator; // neither Safari nor Firefox has it
  if (connection?.saveData || /2g/.test(connection?.effectiveType ?? "")) offer.hidden = false;
  setTimeout(() => {
    if (isLoading()) offer.hidden = false;
  }, PATIENCE);
}
