using System.Runtime.InteropServices;
using TfLbfgs.Native.Handles;

namespace TfLbfgs.Native.Imports;

/// <summary><c>tensorflow/c/c_api.h</c>: version, op list, graphs and functions.</summary>
internal static unsafe partial class CApi
{
    [LibraryImport(Library.Name)]
    public static partial nint TF_Version();

    [LibraryImport(Library.Name)]
    public static partial nint TF_GetAllOpList();

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint TF_LoadLibrary(string path, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TF_DeleteLibraryHandle(nint library);

    [LibraryImport(Library.Name)]
    public static partial nint TF_NewGraph();

    [LibraryImport(Library.Name)]
    public static partial void TF_DeleteGraph(nint graph);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint TF_NewOperation(GraphHandle graph, string opType, string operationName);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetDevice(nint description, string device);

    [LibraryImport(Library.Name)]
    public static partial void TF_AddInput(nint description, GraphOutput input);

    [LibraryImport(Library.Name)]
    public static partial void TF_AddInputList(nint description, GraphOutput* inputs, int count);

    [LibraryImport(Library.Name)]
    public static partial void TF_AddControlInput(nint description, nint operation);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetAttrString(nint description, string name, byte* value, nuint length);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetAttrStringList(nint description, string name, byte** values, nuint* lengths, int count);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetAttrInt(nint description, string name, long value);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetAttrIntList(nint description, string name, long* values, int count);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetAttrFloat(nint description, string name, float value);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetAttrFloatList(nint description, string name, float* values, int count);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetAttrBool(nint description, string name, byte value);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetAttrBoolList(nint description, string name, byte* values, int count);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetAttrType(nint description, string name, int value);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetAttrTypeList(nint description, string name, int* values, int count);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetAttrFuncName(nint description, string name, byte* value, nuint length);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetAttrShape(nint description, string name, long* dims, int numDims);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetAttrShapeList(nint description, string name, long** dims, int* numDims, int count);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetAttrValueProto(nint description, string name, byte* proto, nuint length, StatusHandle status);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetAttrTensor(nint description, string name, HostTensorHandle value, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial nint TF_FinishOperation(nint description, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial int TF_OperationNumOutputs(nint operation);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_OperationGetAttrTensor(nint operation, string name, nint* value, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial int TF_OperationOutputType(GraphOutput output);

    [LibraryImport(Library.Name)]
    public static partial int TF_GraphGetTensorNumDims(GraphHandle graph, GraphOutput output, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TF_GraphGetTensorShape(GraphHandle graph, GraphOutput output, long* dims, int numDims, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TF_GraphSetTensorShape(GraphHandle graph, GraphOutput output, long* dims, int numDims, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TF_GraphCopyFunction(GraphHandle graph, FunctionHandle function, nint gradient, StatusHandle status);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint TF_GraphToFunctionWithControlOutputs(GraphHandle graph, string name, byte appendHash, int operationCount,
        nint* operations,
        int inputCount, GraphOutput* inputs, int outputCount, GraphOutput* outputs, byte** outputNames,
        int controlOutputCount, nint* controlOutputs, byte** controlOutputNames, nint options, string? description, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TF_DeleteFunction(nint function);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_FunctionSetAttrValueProto(FunctionHandle function, string name, byte* proto, nuint length,
        StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial int TF_DeviceListCount(DeviceListHandle list);

    [LibraryImport(Library.Name)]
    public static partial nint TF_DeviceListName(DeviceListHandle list, int index, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial nint TF_DeviceListType(DeviceListHandle list, int index, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial long TF_DeviceListMemoryBytes(DeviceListHandle list, int index, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TF_DeleteDeviceList(nint list);
}
