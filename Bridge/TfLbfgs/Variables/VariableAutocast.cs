using TfLbfgs.Runtime;

namespace TfLbfgs.Variables;

/// <summary>
/// Lets variables of floating-point dtypes be read in another one on the calling thread, as mixed precision does: stored in float32,
/// computed with in float16 or bfloat16. Gradients reach the variables in their own
/// dtype. Python: the autocast scope of Keras's dtype policies.
/// </summary>
public sealed class VariableAutocast : IDisposable
{
    [ThreadStatic]
    private static DType? _current;

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly DType? _outer;
    private bool _disposed;

    /// <summary>Opens the scope on the calling thread until it is disposed.</summary>
    /// <param name="dtype">The dtype of reads; null: that of each variable.</param>
    /// <exception cref="TfLbfgsException">The dtype is not a floating-point one.</exception>
    public VariableAutocast(DType? dtype)
    {
        if (dtype is { IsFloating: false })
            throw new TfLbfgsException($"VariableAutocast: expected a floating-point dtype or null, received {dtype.Value.PythonName}.");
        _outer = _current;
        _current = dtype;
    }

    /// <summary>The dtype in which the calling thread reads variables now; null: their own.</summary>
    public static DType? Current => _current;

    /// <summary>Closes the scope, on the thread that opened it, innermost first.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        ThreadAffinity.Check(_thread, "A VariableAutocast");
        _disposed = true;
        _current = _outer;
    }
}
