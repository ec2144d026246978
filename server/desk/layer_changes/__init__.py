"""What staff withdraw and change of layers, whoever declares them: the folder or the desk."""
