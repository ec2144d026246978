export const radians = (degrees) => degrees * (Math.PI / 180);
