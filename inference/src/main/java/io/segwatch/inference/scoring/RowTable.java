package io.segwatch.inference.scoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Text vectors, each kept once however many queries use it. */
final class RowTable {
    private record Key(float[] row) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(row, key.row);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(row);
        }
    }

    private final Map<Key, Integer> places = new HashMap<>();
    private final List<float[]> rows = new ArrayList<>();

    int place(float[] row) {
        return places.computeIfAbsent(new Key(row), key -> {
            rows.add(row);
            return rows.size() - 1;
        });
    }

    int[] places(List<float[]> vectors) {
        return vectors.stream().mapToInt(this::place).toArray();
    }

    List<float[]> rows() {
        return rows;
    }
}
