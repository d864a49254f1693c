using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Another objective in the variables z of x = size * z: for minimizers that have no <see cref="LbfgsOptions.BlockScaling"/>, such as tfp's
/// rules and batches. All that they report is of z; <see cref="ToOriginal"/> gives x.
/// The other objective adopts x.
/// </summary>
public sealed class ScaledObjective : Objective, IDisposable
{
    private readonly Objective _objective;
    private readonly Tensor _sizes;

    /// <summary>Wraps an objective.</summary>
    /// <param name="objective">The objective; borrowed.</param>
    /// <param name="sizes">The size of each parameter, shape [n], of the objective's dtype, above 0; a reference is held. Powers of two
    /// change no bits of x.</param>
    /// <exception cref="TfLbfgsException">The sizes do not fit.</exception>
    public ScaledObjective(Objective objective, Tensor sizes)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(sizes);
        if (sizes.DType != objective.DType || !sizes.Shape.IsCompatibleWith([objective.Count]))
            throw new TfLbfgsException(
                $"ScaledObjective: expected sizes of {objective.DType.PythonName}({objective.Count},), received {sizes.Describe()}.");
        _objective = objective;
        _sizes = sizes.Alias();
    }

    /// <inheritdoc/>
    public override long Count => _objective.Count;

    /// <inheritdoc/>
    public override DType DType => _objective.DType;

    /// <inheritdoc/>
    public override ParameterLayout? Layout => _objective.Layout;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Data => _objective.Data;

    /// <summary>z from x.</summary>
    /// <param name="position">x, shape [n]; borrowed.</param>
    /// <returns>z, shape [n], owned by the caller.</returns>
    public Tensor ToScaled(Tensor position) => RawOps.RealDiv(position, _sizes);

    /// <summary>x from z.</summary>
    /// <param name="position">z, shape [n]; borrowed.</param>
    /// <returns>x, shape [n], owned by the caller.</returns>
    public Tensor ToOriginal(Tensor position) => RawOps.Mul(position, _sizes);

    /// <inheritdoc/>
    public override bool UsesSeveralDevices => _objective.UsesSeveralDevices;

    /// <inheritdoc/>
    public override bool IsHostDriven => _objective.IsHostDriven;

    /// <inheritdoc/>
    public override Tensor InitialPosition()
    {
        using Tensor start = _objective.InitialPosition();
        return ToScaled(start);
    }

    /// <inheritdoc/>
    public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data)
    {
        using TensorScope scope = new();
        (Tensor loss, Tensor gradient) = _objective.Evaluate(ToOriginal(position), data);
        return (scope.Keep(loss), scope.Keep(gradient * _sizes));
    }

    /// <inheritdoc/>
    protected internal override (Tensor Loss, Tensor Gradient, Tensor? Readings) EvaluateMeasured(Tensor position,
        IReadOnlyList<Tensor> data)
    {
        using TensorScope scope = new();
        (Tensor loss, Tensor gradient, Tensor? readings) = _objective.EvaluateMeasured(ToOriginal(position), data);
        return (scope.Keep(loss), scope.Keep(gradient * _sizes), readings is null ? null : scope.Keep(readings));
    }

    /// <inheritdoc/>
    public override void Adopt(Tensor position)
    {
        using Tensor original = ToOriginal(position);
        _objective.Adopt(original);
    }

    /// <summary>Releases the reference to the sizes; the objective is the caller's.</summary>
    public void Dispose() => _sizes.Dispose();

    /// <inheritdoc/>
    protected internal override EvaluationSeconds? OnMeasured(ReadOnlySpan<double> readings) => _objective.OnMeasured(readings);

    /// <inheritdoc/>
    protected internal override void OnEvaluated(double loss) => _objective.OnEvaluated(loss);

    /// <inheritdoc/>
    protected internal override bool Recover(TfStatusException failure, int attempt) => _objective.Recover(failure, attempt);
}
