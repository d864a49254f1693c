using TfLbfgs.Functions;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>A call of a function whose first one XLA compiles, for seconds.</summary>
internal static class CancellableCall
{
    /// <summary>
    /// Calls a function. Where the run is cancelled while XLA compiles it, its code runs op by op instead, so that the run ends by its own
    /// check after this evaluation.
    /// </summary>
    /// <param name="function">The function; null: the code always runs op by op.</param>
    /// <param name="body">Its code. It writes no variables, since a call that is abandoned goes on in the background.</param>
    /// <param name="inputs">The arguments; borrowed.</param>
    /// <param name="cancellation">Abandons a call that compiles.</param>
    /// <returns>The results, in the scope of the caller.</returns>
    public static Tensor[] Run(Function? function, Func<Tensor[], Tensor[]> body, Tensor[] inputs, CancellationToken cancellation)
    {
        if (function is null)
            return body(inputs);
        try
        {
            return function.CallUnlessCancelled(inputs, cancellation);
        }
        catch (CompilationCancelledException)
        {
            return body(inputs);
        }
    }
}
