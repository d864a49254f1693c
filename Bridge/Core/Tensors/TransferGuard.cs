using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>
/// Refuses silent copies of function arguments. TensorFlow checks the inputs of ops under <see cref="PlacementPolicy.Explicit"/>, but
/// copies those of functions regardless of the policy; while a guard is open on a thread, that thread's function calls are checked here.
/// </summary>
public sealed class TransferGuard : IDisposable
{
    [ThreadStatic]
    private static int _open;

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly IDisposable _placement;
    private bool _disposed;

    /// <summary>Whether a guard is open on the calling thread.</summary>
    internal static bool IsOpen => _open > 0;

    /// <summary>Opens a guard on the calling thread: explicit placement for ops and checked arguments for functions.</summary>
    public TransferGuard()
    {
        _placement = TfRuntime.UsePlacement(PlacementPolicy.Explicit);
        _open++;
    }

    /// <summary>Closes the guard, on the thread that opened it.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        ThreadAffinity.Check(_thread, "A TransferGuard");
        _disposed = true;
        _open--;
        _placement.Dispose();
    }

    // A GPU takes int32 and strings from host memory.
    private static bool IsCpu(string device) => device.Contains("/device:CPU:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Throws when an argument of a function call lies on another device than the call and a guard is open.</summary>
    internal static void CheckArguments(Operation operation, string? device)
    {
        // Outside a guard only the ops that the executor places itself are checked, where the policy asks for it.
        if (_open == 0 && (operation.IsFunctionCall || TfRuntime.CurrentPlacement != PlacementPolicy.Explicit))
            return;
        // Without a device TensorFlow runs a function on the first one.
        device ??= TfRuntime.Devices[0].Name;
        for (int i = 0; i < operation.Inputs.Count; i++)
        {
            EagerTensor input = (EagerTensor)operation.Inputs[i];
            string actual = input.BackingDevice;
            if (actual != device && input.DType != DType.Resource
                && !(input.DType is DType.Int32 or DType.String && actual == TfRuntime.Devices[0].Name && !IsCpu(device)))
            {
                throw new TfLbfgsException(
                    $"Argument {i} of {(operation.IsFunctionCall ? "function " : "")}{operation.Name}, {input.Describe()}, would be copied: expected on {device}, received on {actual}. "
                    + "Make it under Device.Use, or copy it with CopyTo.");
            }
        }
    }
}
