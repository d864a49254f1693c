using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>What a step of an optimizer has for all variables: computed once, however many there are.</summary>
public sealed class OptimizerStep
{
    private readonly Optimizer _optimizer;
    private readonly Dictionary<(string Name, DType DType), Tensor> _values = [];

    internal OptimizerStep(Optimizer optimizer) => _optimizer = optimizer;

    /// <summary>The learning rate.</summary>
    /// <param name="dtype">The dtype of the variable.</param>
    /// <returns>The rate, shape []; borrowed.</returns>
    public Tensor LearningRate(DType dtype) => Once("learning_rate", dtype, () => _optimizer.RateOf(dtype));

    /// <summary>The number of the step, from 1.</summary>
    /// <param name="dtype">The dtype of the variable.</param>
    /// <returns>The number, shape []; borrowed.</returns>
    public Tensor Count(DType dtype) => Once("count", dtype, () => _optimizer.CountOf(dtype));

    /// <summary>A number to the power of <see cref="Count"/>.</summary>
    /// <param name="value">The number.</param>
    /// <param name="dtype">The dtype of the variable.</param>
    /// <returns>The power, shape []; borrowed.</returns>
    public Tensor Power(double value, DType dtype) =>
        Once(FormattableString.Invariant($"{value:R}^count"), dtype, () => RawOps.Pow(Tensor.Scalar(value, dtype), Count(dtype)));

    /// <summary>A value that is the same for all variables of a dtype.</summary>
    /// <param name="name">Its name, for the next that asks.</param>
    /// <param name="dtype">The dtype of the variable.</param>
    /// <param name="create">Computes it.</param>
    /// <returns>The value; borrowed.</returns>
    public Tensor Once(string name, DType dtype, Func<Tensor> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        if (!_values.TryGetValue((name, dtype), out Tensor? value))
            _values[(name, dtype)] = value = create();
        return value;
    }
}
