using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// What is known of the results of code without running it. Python: <c>keras.ops.compute_output_spec</c>; <c>jax.eval_shape</c>.
/// </summary>
public static class ShapeInference
{
    /// <summary>
    /// Runs code with tensors that have a dtype and a shape but no value, and returns what TensorFlow infers of its results. No op is
    /// executed.
    /// </summary>
    /// <param name="body">The code, written with tensor operations; it must not read values of its arguments.</param>
    /// <param name="inputs">Dtype and shape of each argument; sizes that are not known are -1.</param>
    /// <param name="description">What runs, for messages.</param>
    /// <returns>Dtype and shape of each result.</returns>
    /// <exception cref="TfLbfgsException">The code reads a value, or an op refuses the shapes.</exception>
    public static IReadOnlyList<(DType DType, Shape Shape)> Infer(
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> body, IReadOnlyList<(DType DType, Shape Shape)> inputs,
            string description = "shape inference")
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(inputs);
        // Inside another trace, what stands for variables there may be used here.
        using Trace trace = new(description, DispatchFrame.Current.Target as Trace);
        try
        {
            using DispatchFrame frame = DispatchFrame.OpenTrace(trace);
            IReadOnlyList<Tensor> results = body([.. inputs.Select(input => trace.AddInput(input.DType, input.Shape))]);
            ArgumentNullException.ThrowIfNull(results);
            return [.. results.Select(result => (result.DType, result.Shape))];
        }
        finally
        {
            trace.ReleaseCaptures();
        }
    }
}
