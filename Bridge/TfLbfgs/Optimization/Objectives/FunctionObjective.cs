using TfLbfgs.Gradients;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>An objective made of a C# function; its result is written to no model.</summary>
public sealed class FunctionObjective : Objective
{
    private readonly Func<Tensor, IReadOnlyList<Tensor>, (Tensor Loss, Tensor Gradient)> _function;
    private readonly Tensor _initialPosition;
    private readonly IReadOnlyList<Tensor> _data;
    private readonly Objective? _owner;

    /// <summary>Wraps a function that returns loss and gradient.</summary>
    /// <param name="function">From position, shape [n], to loss, shape [], and gradient, shape [n].</param>
    /// <param name="initialPosition">Where to start, shape [n], float32 or float64; borrowed until the minimization ends.</param>
    public FunctionObjective(Func<Tensor, (Tensor Loss, Tensor Gradient)> function, Tensor initialPosition)
        : this((p, _) => function(p), initialPosition, [])
    {
        ArgumentNullException.ThrowIfNull(function);
        _owner = function.Target as Objective;
    }

    /// <summary>Wraps a function that returns the loss; a gradient tape gives the gradient.</summary>
    /// <param name="function">From position, shape [n], to loss, shape [].</param>
    /// <param name="initialPosition">Where to start, shape [n], float32 or float64; borrowed until the minimization ends.</param>
    public FunctionObjective(Func<Tensor, Tensor> function, Tensor initialPosition)
        : this((p, _) => Differentiate((at, _) => function(at), p, []), initialPosition, []) => ArgumentNullException.ThrowIfNull(function);

    /// <summary>Wraps a function of position and data that returns the loss; a gradient tape gives the gradient.</summary>
    /// <inheritdoc cref="FunctionObjective(Func{Tensor, IReadOnlyList{Tensor}, ValueTuple{Tensor, Tensor}}, Tensor, IReadOnlyList{Tensor})"/>
    /// <param name="function">From position, shape [n], and data to loss, shape [].</param>
    /// <param name="initialPosition">Where to start, shape [n], float32 or float64; borrowed until the minimization ends.</param>
    /// <param name="data">What the function takes besides the position; borrowed likewise.</param>
    public FunctionObjective(Func<Tensor, IReadOnlyList<Tensor>, Tensor> function, Tensor initialPosition, IReadOnlyList<Tensor> data)
        : this((p, d) => Differentiate(function, p, d), initialPosition, data) => ArgumentNullException.ThrowIfNull(function);

    /// <summary>
    /// Wraps a function of position and data that returns loss and gradient. Data that are arguments, not captured, can be cut into slices
    /// (<see cref="ChunkedObjective"/>) and batches
    /// (<see cref="StochasticLbfgs"/>).
    /// </summary>
    /// <param name="function">From position, shape [n], and data to loss, shape [], and gradient, shape [n].</param>
    /// <param name="initialPosition">Where to start, shape [n], float32 or float64; borrowed until the minimization ends.</param>
    /// <param name="data">What the function takes besides the position; borrowed likewise.</param>
    public FunctionObjective(Func<Tensor, IReadOnlyList<Tensor>, (Tensor Loss, Tensor Gradient)> function, Tensor initialPosition,
        IReadOnlyList<Tensor> data)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(initialPosition);
        ArgumentNullException.ThrowIfNull(data);
        if (initialPosition.Rank != 1)
            throw new TfLbfgsException("Expected an initial position of one dimension, shape [n], received "
                + $"{initialPosition.Describe()}. Reshape it with Tf.Reshape(x, [-1]).");
        _function = function;
        _initialPosition = initialPosition;
        _data = [.. data];
    }

    /// <inheritdoc/>
    public override long Count => _initialPosition.Shape[0];

    /// <inheritdoc/>
    public override DType DType => _initialPosition.DType;

    /// <summary>That of the objective whose method the function is; else null.</summary>
    public override ParameterLayout? Layout => _owner?.Layout;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Data => _data;

    /// <inheritdoc/>
    public override Tensor InitialPosition() => RawOps.Identity(_initialPosition);

    /// <inheritdoc/>
    public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data) => _function(position, data);

    /// <summary>Tells the objective whose method the function is, such as <see cref="VariableObjective.Invoke"/>.</summary>
    /// <inheritdoc/>
    protected internal override void OnEvaluated(double loss) => _owner?.OnEvaluated(loss);

    private static (Tensor Loss, Tensor Gradient) Differentiate(Func<Tensor, IReadOnlyList<Tensor>, Tensor> function, Tensor position,
        IReadOnlyList<Tensor> data)
    {
        using GradientTape tape = new(persistent: false, watchAccessedVariables: false);
        tape.Watch(position);
        Tensor loss = function(position, data) ?? throw new TfLbfgsException("expected a loss, received null.");
        return (loss, LossGradient.Of(tape, loss, position));
    }
}
