package io.segwatch.inference.openvino;

import com.sun.jna.FunctionMapper;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Map;

/**
 * What is called of OpenVINO's C library ({@code openvino/c}): {@code coreCreate} is {@code ov_core_create}. An int
 * that is returned is 0, or why the call failed; what comes out by reference is freed by its {@code …Free}.
 */
interface OpenVinoC extends Library {
    Map<String, Object> OPTIONS = Map.of(
            Library.OPTION_FUNCTION_MAPPER,
            (FunctionMapper) OpenVinoC::nativeName,
            Library.OPTION_STRING_ENCODING,
            "UTF-8");

    private static String nativeName(NativeLibrary library, Method method) {
        return "ov_" + method.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    /** @param version of two pointers to texts: version and description */
    int getOpenvinoVersion(Memory version);

    void versionFree(Memory version);

    /** Why the last call of this thread failed. */
    String getLastErrMsg();

    void free(Pointer text);

    int coreCreate(PointerByReference core);

    void coreFree(Pointer core);

    int coreGetProperty(Pointer core, String device, String key, PointerByReference value);

    /** @param weights null where the file holds them */
    int coreReadModel(Pointer core, String file, String weights, PointerByReference model);

    void modelFree(Pointer model);

    /** @param properties keys and values, {@code count} together */
    int coreCompileModel(
            Pointer core, Pointer model, String device, long count, PointerByReference compiled, Object... properties);

    void compiledModelFree(Pointer compiled);

    int compiledModelInputByName(Pointer compiled, String name, PointerByReference port);

    int compiledModelOutputByName(Pointer compiled, String name, PointerByReference port);

    void outputConstPortFree(Pointer port);

    int portGetElementType(Pointer port, IntByReference type);

    int compiledModelCreateInferRequest(Pointer compiled, PointerByReference request);

    void inferRequestFree(Pointer request);

    int inferRequestSetTensor(Pointer request, String name, Pointer tensor);

    int inferRequestInfer(Pointer request);

    int tensorCreateFromHostPtr(int type, Shape shape, Pointer memory, PointerByReference tensor);

    void tensorFree(Pointer tensor);

    /** {@code ov_shape_t}, which is passed by value. Public for JNA. */
    @Structure.FieldOrder({"rank", "sides"})
    final class Shape extends Structure implements Structure.ByValue {
        public long rank;
        public Pointer sides;

        Shape(long... shape) {
            Memory memory = new Memory((long) shape.length * Long.BYTES);
            memory.write(0, shape, 0, shape.length);
            rank = shape.length;
            sides = memory;
        }
    }
}
