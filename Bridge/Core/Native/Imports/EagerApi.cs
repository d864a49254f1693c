using System.Runtime.InteropServices;
using TfLbfgs.Native.Handles;

namespace TfLbfgs.Native.Imports;

/// <summary>
/// <c>tensorflow/c/eager/c_api.h</c>. The functions of every single op and output take bare pointers: their caller holds op, status and
/// references for the whole call, and what it costs to hold them again
/// for each of the calls is what an op costs most in managed code.
/// </summary>
internal static unsafe partial class EagerApi
{
    [LibraryImport(Library.Name)]
    public static partial nint TFE_NewContextOptions();

    [LibraryImport(Library.Name)]
    public static partial void TFE_ContextOptionsSetConfig(ContextOptionsHandle options, byte* proto, nuint length, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TFE_ContextOptionsSetDevicePlacementPolicy(ContextOptionsHandle options, int policy);

    [LibraryImport(Library.Name)]
    public static partial void TFE_DeleteContextOptions(nint options);

    [LibraryImport(Library.Name)]
    public static partial nint TFE_NewContext(ContextOptionsHandle options, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TFE_DeleteContext(nint context);

    [LibraryImport(Library.Name)]
    public static partial void TFE_ContextClearCaches(ContextHandle context);

    [LibraryImport(Library.Name)]
    public static partial nint TFE_ContextListDevices(ContextHandle context, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TFE_ContextSetThreadLocalDevicePlacementPolicy(ContextHandle context, int policy);

    [LibraryImport(Library.Name)]
    public static partial nint TFE_NewTensorHandle(HostTensorHandle tensor, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TFE_DeleteTensorHandle(nint handle);

    [LibraryImport(Library.Name)]
    public static partial int TFE_TensorHandleDataType(EagerTensorHandle handle);

    [LibraryImport(Library.Name)]
    public static partial int TFE_TensorHandleNumDims(EagerTensorHandle handle, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial long TFE_TensorHandleDim(EagerTensorHandle handle, int index, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial nint TFE_TensorHandleDeviceName(EagerTensorHandle handle, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial nint TFE_TensorHandleBackingDeviceName(EagerTensorHandle handle, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial nuint TFE_TensorHandleDeviceMemorySize(nint handle, nint status);

    [LibraryImport(Library.Name)]
    public static partial nint TFE_TensorHandleResolve(EagerTensorHandle handle, StatusHandle status);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint TFE_TensorHandleCopyToDevice(EagerTensorHandle handle, ContextHandle context, string device,
        StatusHandle status);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint TFE_NewOp(ContextHandle context, string name, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TFE_DeleteOp(nint op);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetDevice(EagerOpHandle op, string device, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TFE_OpAddInput(nint op, nint input, nint status);

    [LibraryImport(Library.Name)]
    public static partial void TFE_OpAddInputList(EagerOpHandle op, nint* inputs, int count, StatusHandle status);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetAttrString(EagerOpHandle op, string name, byte* value, nuint length);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetAttrStringList(EagerOpHandle op, string name, byte** values, nuint* lengths, int count);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetAttrInt(EagerOpHandle op, string name, long value);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetAttrIntList(EagerOpHandle op, string name, long* values, int count);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetAttrFloat(EagerOpHandle op, string name, float value);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetAttrFloatList(EagerOpHandle op, string name, float* values, int count);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetAttrBool(EagerOpHandle op, string name, byte value);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetAttrBoolList(EagerOpHandle op, string name, byte* values, int count);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetAttrType(EagerOpHandle op, string name, int value);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetAttrTypeList(EagerOpHandle op, string name, int* values, int count);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetAttrShape(EagerOpHandle op, string name, long* dims, int numDims, StatusHandle status);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetAttrShapeList(EagerOpHandle op, string name, long** dims, int* numDims, int count,
        StatusHandle status);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetAttrValueProto(EagerOpHandle op, string name, byte* proto, nuint length, StatusHandle status);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetAttrTensor(EagerOpHandle op, string name, HostTensorHandle value, StatusHandle status);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_OpSetAttrFunctionName(EagerOpHandle op, string name, byte* value, nuint length);

    [LibraryImport(Library.Name)]
    public static partial void TFE_Execute(nint op, nint* results, int* resultCount, nint status);

    [LibraryImport(Library.Name)]
    public static partial void TFE_ContextAddFunction(ContextHandle context, FunctionHandle function, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TFE_ContextAddFunctionDef(ContextHandle context, byte* functionDef, nuint length, StatusHandle status);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_ContextGetFunctionDef(ContextHandle context, string name, BufferHandle functionDef, StatusHandle status);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TFE_ContextRemoveFunction(ContextHandle context, string name, StatusHandle status);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial byte TFE_ContextHasFunction(ContextHandle context, string name);
}
