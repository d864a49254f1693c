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
