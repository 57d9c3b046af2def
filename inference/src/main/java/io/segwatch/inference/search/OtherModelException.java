package io.segwatch.inference.search;

/** Vectors of two models cannot be compared: these are of another one than the picture that was clicked. */
final class OtherModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String clicked;

    /** @param clicked the model that the clicked picture is of */
    OtherModelException(String clicked) {
        super(clicked);
        this.clicked = clicked;
    }

    String clicked() {
        return clicked;
    }
}
