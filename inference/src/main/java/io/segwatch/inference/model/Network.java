package io.segwatch.inference.model;

import java.util.List;

/**
 * How a network is run: its inputs and outputs lie in memory that the caller holds and are not copied. Threadsafe; a
 * {@link Binding} is for one thread at a time.
 */
interface Network extends AutoCloseable {
    /**
     * Ties the network to the tensors of one size, which must outlive the binding.
     *
     * @throws ModelException when the network does not take them
     */
    Binding bind(PinnedTensor input, List<PinnedTensor> outputs);

    @Override
    void close();

    /** A network with its tensors; to be closed before the network. */
    interface Binding extends AutoCloseable {
        /** @throws ModelException when the network fails; the outputs are then undefined */
        void run();

        @Override
        void close();
    }
}
