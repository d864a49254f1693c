using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>What a batch minimizes: one function of many points at once. A single vector is a batch of shape [].</summary>
/// <param name="Evaluate">From positions, shape [..., n], and the data to losses, shape [...], and gradients, shape [..., n].</param>
/// <param name="Data">Inputs of every evaluation, asked for at each run; borrowed.</param>
/// <param name="DType">float32 or float64.</param>
/// <param name="Shape">The shape of the positions, [..., n].</param>
internal sealed record BatchFunction(Func<Tensor, IReadOnlyList<Tensor>, (Tensor Losses, Tensor Gradients)> Evaluate,
    Func<IReadOnlyList<Tensor>> Data, DType DType, Shape Shape)
{
    /// <summary>[...], the shape of the losses.</summary>
    public Shape BatchShape { get; } = Shape.ToArray()[..^1];

    /// <summary>How many vectors there are.</summary>
    public int Members => checked((int)BatchShape.ElementCount);

    /// <summary>Receives the loss of every evaluation of a single vector; null disables this.</summary>
    public Action<double>? Evaluated { get; init; }

    /// <summary>Makes it possible to repeat an evaluation that failed; null: never.</summary>
    public Func<TfStatusException, int, bool>? Recover { get; init; }

    /// <summary>Whether an evaluation writes variables, so that no call may be abandoned.</summary>
    public bool WritesVariables { get; init; }

    /// <summary>Where variables stand in a single vector; null: unknown.</summary>
    public ParameterLayout? Layout { get; init; }

    /// <summary>The same with data.</summary>
    public BatchFunction With(IReadOnlyList<Tensor> data) => this with { Data = () => data };

    /// <summary>Evaluates, and checks what the function returns.</summary>
    /// <exception cref="TfLbfgsException">A result is null, or of another shape or dtype.</exception>
    public (Tensor Losses, Tensor Gradients) Call(Tensor positions, IReadOnlyList<Tensor> data)
    {
        Tensor losses;
        Tensor gradients;
        try
        {
            (losses, gradients) = Evaluate(positions, data);
        }
        catch (Exception e) when (e is not (OperationCanceledException or TfLbfgsException))
        {
            string when = positions.IsSymbolic ? "while it was traced" : "while it was evaluated";
            throw new TfLbfgsException("The function to minimize: expected losses and gradients at positions of "
                + $"{DType.PythonName}{Shape}, received {e.GetType().Name} {when}: {e.Message}", e);
        }

        if (losses is null || gradients is null)
            throw new TfLbfgsException($"Expected the function to return losses of {DType.PythonName}{BatchShape} and gradients of "
                + $"{DType.PythonName}{Shape}, received null.");
        if (losses.DType != DType || !losses.Shape.IsCompatibleWith(BatchShape))
            throw new TfLbfgsException($"Expected {(BatchShape.Rank == 0 ? "a loss" : "one loss per member")}, "
                + $"{DType.PythonName}{BatchShape}, received {losses.Describe()}. Reduce over the last dimension alone, such as with "
                + "Tf.ReduceSum(x, axis: [-1]).");
        if (gradients.DType != DType || !gradients.Shape.IsCompatibleWith(Shape))
            throw new TfLbfgsException(
                $"Expected a gradient of the positions' shape, {DType.PythonName}{Shape}, received {gradients.Describe()}.");
        // A symbolic tensor has no device: the function that is traced copies what lies elsewhere.
        if (!positions.IsSymbolic && !gradients.IsSymbolic && gradients.DeviceName != positions.DeviceName)
            throw new TfLbfgsException($"Expected a gradient on {positions.DeviceName}, where the positions are, received "
                + $"{gradients.Describe()} on {gradients.DeviceName}. Copy it with CopyTo.");
        return (losses, gradients);
    }
}
