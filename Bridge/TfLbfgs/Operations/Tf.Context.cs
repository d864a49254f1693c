using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <content>Where code runs.</content>
public static partial class Tf
{
    /// <summary>Whether ops of the calling thread are executed at once, rather than traced. Python: <c>tf.executing_eagerly</c>.</summary>
    /// <returns>Whether they are.</returns>
    public static bool ExecutingEagerly() => DispatchFrame.Current.Target is null;

    /// <summary>Whether the calling thread traces a function. Python: <c>tf.inside_function</c>.</summary>
    /// <returns>Whether it does.</returns>
    public static bool InsideFunction() => DispatchFrame.Current.Target is not null;

    /// <summary>
    /// Whether the calling thread traces a function that XLA compiles, where other forms of a computation may be the fastest.
    /// </summary>
    /// <returns>Whether it does.</returns>
    public static bool InsideCompiledFunction() => DispatchFrame.Current.Target is { IsCompiled: true };

    /// <summary>
    /// Executes ops at once until the scope is disposed, on the calling thread, though a function is being traced; no tape records them.
    /// Python: <c>tf.init_scope</c>.
    /// </summary>
    /// <returns>The scope.</returns>
    public static IDisposable InitScope() => DispatchFrame.OpenEager();

    /// <summary>Whether a tensor stands for a value of a function that is being traced. Python: <c>tf.is_symbolic_tensor</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>Whether it does.</returns>
    public static bool IsSymbolicTensor(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.IsSymbolic;
    }

    /// <summary>Seconds since 1970, at each call. Python: <c>tf.timestamp</c>.</summary>
    /// <returns>The seconds, float64, shape [].</returns>
    public static Tensor Timestamp() => RawOps.Timestamp();
}
