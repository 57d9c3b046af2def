"""Training of Segwatch's models: SAM-CLIP's recipe from teachers that can be had."""
