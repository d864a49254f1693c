using TfLbfgs.Native.Handles;
using TfLbfgs.Native.Imports;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>Executes an op at once by <c>TFE_Execute</c>.</summary>
internal static unsafe class EagerExecutor
{
    private const int MaxOutputsOnStack = 256;

    /// <summary>Executes an op whose inputs are all eager.</summary>
    public static Tensor[] Execute(Operation operation)
    {
        if (Device.Current is { } device && !operation.IsFunctionCall && TfRuntime.CurrentPlacement != PlacementPolicy.Silent
            && TakesResource(operation))
        {
            // TensorFlow keeps resource handles in host memory and calls that the first CPU device. Kernels of a GPU take them from there,
            // those of a second CPU device
            // refuse under explicit placement: check the other inputs here, and let the handle be copied.
            TransferGuard.CheckArguments(operation, device);
            using (TfRuntime.UsePlacement(PlacementPolicy.Silent))
                return ExecuteAsPlaced(operation);
        }

        return ExecuteAsPlaced(operation);
    }

    private static bool TakesResource(Operation operation)
    {
        for (int i = 0; i < operation.Inputs.Count; i++)
        {
            if (operation.Inputs[i].DType == DType.Resource)
                return true;
        }

        return false;
    }

    private static bool TakesRemote(Operation operation)
    {
        for (int i = 0; i < operation.Inputs.Count; i++)
        {
            if (EagerTensor.IsRemote(((EagerTensor)operation.Inputs[i]).RetainedHandle))
                return true;
        }

        return false;
    }

    private static Tensor[] ExecuteAsPlaced(Operation operation)
    {
        StatusHandle status = StatusHandle.OfThread;
        nint opPointer = EagerApi.TFE_NewOp(TfRuntime.Context, operation.Name, status);
        Check(status, operation);
        using EagerOpHandle op = new(opPointer);
        if (Device.Current is { } device)
        {
            EagerApi.TFE_OpSetDevice(op, device, status);
            Check(status, operation);
        }

        if (operation.IsFunctionCall)
            TransferGuard.CheckArguments(operation, Device.Current);

        // A call without this attribute, even an empty one, skips TensorFlow's graph optimizer (Grappler).
        if (operation.OptimizesGraph)
            EagerApi.TFE_OpSetAttrString(op, "config_proto", null, 0);

        EagerAttributes sink = new(op, status);
        foreach (OperationAttribute attribute in operation.Attributes)
        {
            if (!attribute.IsDefault)
            {
                AttributeWriter.Write(sink, attribute.Name, attribute.Value);
                Check(status, operation);
            }
        }

        IReadOnlyList<Tensor> inputs = operation.Inputs;
        int held = 0;
        int count = operation.OutputCount;
        // The stack for the usual few, the heap for what splits into thousands.
        Span<nint> results = count <= MaxOutputsOnStack ? stackalloc nint[count + 1] : new nint[count + 1];
        try
        {
            // A reference to every input is held until the call is over: another thread may dispose the tensor meanwhile.
            for (; held < inputs.Count; held++)
                ((EagerTensor)inputs[held]).Handle.AddReference();
            AddInputs(op, operation, status);
            bool isElsewhere = RunningCalls.IsWatched && Device.Current is { } place && !TfRuntime.IsLocal(place);
            if (RunningCalls.IsWatched
                && (operation.IsFunctionCall || isElsewhere || ClusterContext.IsPending || TakesRemote(operation)))
            {
                count = RunningCalls.Execute(op, operation.Name, operation.IsFunctionCall && !isElsewhere, results);
            }
            else
            {
                fixed (nint* pointer = results)
                    EagerApi.TFE_Execute(op.DangerousGetHandle(), pointer, &count, status.DangerousGetHandle());
                Check(status, operation);
            }
        }
        finally
        {
            for (int i = 0; i < held; i++)
                ((EagerTensor)inputs[i]).ReleaseReference();
        }

        if (operation.IsFunctionCall)
            NativeCounters.CountFunctionCall();
        else
            NativeCounters.CountOperation();
        Tensor[] outputs = new Tensor[count];
        for (int i = 0; i < count; i++)
            outputs[i] = new EagerTensor(new EagerTensorHandle(results[i]));
        return outputs;
    }

    // TFE_OpAddInputList infers dtypes from the input at the position of the argument, not of the tensor: behind another list it takes the
    // wrong dtype or
    // reads past the end, and for an empty list it crashes the process. Elements added one by one make it infer nothing from there on,
    // which is why the methods
    // of ops with lists pass the inferred attributes too.
    private static void AddInputs(EagerOpHandle op, Operation operation, StatusHandle status)
    {
        IReadOnlyList<Tensor> inputs = operation.Inputs;
        if (operation.Lists is not [(int start, int count and > 0)])
        {
            AddSingles(op, operation, 0, inputs.Count, status);
            return;
        }

        AddSingles(op, operation, 0, start, status);
        nint[] pointers = new nint[count];
        for (int i = 0; i < count; i++)
            pointers[i] = ((EagerTensor)inputs[start + i]).RetainedHandle.DangerousGetHandle();
        fixed (nint* list = pointers)
            EagerApi.TFE_OpAddInputList(op, list, count, status);
        Check(status, operation);
        AddSingles(op, operation, start + count, inputs.Count, status);
    }

    private static void AddSingles(EagerOpHandle op, Operation operation, int from, int to, StatusHandle status)
    {
        for (int i = from; i < to; i++)
        {
            EagerApi.TFE_OpAddInput(op.DangerousGetHandle(), ((EagerTensor)operation.Inputs[i]).RetainedHandle.DangerousGetHandle(),
                status.DangerousGetHandle());
            Check(status, operation);
        }
    }

    private static void Check(StatusHandle status, Operation operation)
    {
        if (status.Code != 0)
            Status.Check(status, operation.Name, operation.DescribeInputs);
    }
}
