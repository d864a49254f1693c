using TfLbfgs.Gradients;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// A loss of several named tensors, of any shapes, as a function of one flat vector, with the gradient by a tape. Complex tensors count as
/// pairs of real numbers: the minimum is sought over real and
/// imaginary parts. Nothing is written anywhere; <see cref="Split"/> gives the result by name. Python: <c>scipy.optimize.minimize</c>
/// around <c>ravel_pytree</c>.
/// </summary>
public sealed class NamedObjective : Objective, IDisposable
{
    private readonly Func<NamedTensors, IReadOnlyList<Tensor>, Tensor> _loss;
    private readonly ParameterVector _vector;
    private readonly Tensor _start;

    /// <summary>Wraps a loss of named tensors.</summary>
    /// <param name="loss">From the tensors to a loss of float32 or float64, shape []; written with tensor operations, it reads no
    /// values.</param>
    /// <param name="start">Name and first value of each, in the order in which they lie in the vector: float32, float64, complex64 or
    /// complex128, all of one precision unless they are lifted; read once.</param>
    /// <param name="vectorDType">The dtype of the vector, such as float64 for tensors of float32 or of both; null (default): that of the
    /// tensors.</param>
    /// <exception cref="TfLbfgsException">There is none, a name stands twice, or the dtypes differ and are not lifted.</exception>
    public NamedObjective(Func<NamedTensors, Tensor> loss, IReadOnlyList<(string Name, Tensor Start)> start, DType? vectorDType = null)
        : this((parameters, _) => loss(parameters), start, [], vectorDType) => ArgumentNullException.ThrowIfNull(loss);

    /// <summary>
    /// Wraps a loss of named tensors and data, which can be cut into slices (<see cref="ChunkedObjective"/>) and batches
    /// (<see cref="StochasticLbfgs"/>).
    /// </summary>
    /// <inheritdoc cref="NamedObjective(Func{NamedTensors, Tensor}, IReadOnlyList{ValueTuple{string, Tensor}}, DType?)"/>
    /// <param name="loss">From the tensors and the data to a loss of float32 or float64, shape []; written with tensor operations, it reads
    /// no values.</param>
    /// <param name="start">Name and first value of each, in the order in which they lie in the vector; read once.</param>
    /// <param name="data">What the loss takes besides; borrowed until the objective is disposed.</param>
    /// <param name="vectorDType">The dtype of the vector; null (default): that of the tensors.</param>
    public NamedObjective(
        Func<NamedTensors, IReadOnlyList<Tensor>, Tensor> loss, IReadOnlyList<(string Name, Tensor Start)> start,
            IReadOnlyList<Tensor> data, DType? vectorDType = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(data);
        HashSet<string> seen = [];
        foreach ((string name, Tensor tensor) in start)
        {
            ArgumentException.ThrowIfNullOrEmpty(name, nameof(start));
            ArgumentNullException.ThrowIfNull(tensor, nameof(start));
            if (!seen.Add(name))
                throw new TfLbfgsException($"NamedObjective: expected each name once, received '{name}' twice.");
            if (tensor.DType.RealPart is not (DType.Float32 or DType.Float64))
                throw new TfLbfgsException($"NamedObjective: expected '{name}' of float32, float64, complex64 or complex128, received "
                    + $"{tensor.Describe()}. Cast it.");
        }

        _loss = loss;
        Data = [.. data];
        Layout = ParameterLayout.Of([.. start.Select(s => (s.Name, s.Start.Shape, s.Start.DType))], vectorDType);
        _vector = new ParameterVector(Layout);
        using TensorScope scope = new();
        _start = _vector.Flatten([.. start.Select(s => s.Start)]).Alias();
    }

    /// <summary>Where each tensor stands in the vector.</summary>
    public override ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public override long Count => Layout.Count;

    /// <inheritdoc/>
    public override DType DType => Layout.DType;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Data { get; }

    /// <inheritdoc/>
    public override Tensor InitialPosition() => RawOps.Identity(_start);

    /// <summary>
    /// A vector, such as <see cref="LbfgsResult.Position"/>, by names; of <see cref="LbfgsResult.Gradient"/>, it is the gradient: dL/dRe +
    /// i dL/dIm for a complex tensor.
    /// </summary>
    /// <param name="position">The vector, shape [n]; borrowed.</param>
    /// <returns>The tensors, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The dtype or length differs.</exception>
    public NamedTensors Split(Tensor position) => new(Layout, _vector.Split(position));

    /// <summary>Named tensors as a vector: the inverse of <see cref="Split"/>.</summary>
    /// <param name="values">One tensor for each name, of its shape and dtype; borrowed.</param>
    /// <returns>The vector, shape [n], owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">A name is missing, or a tensor does not fit.</exception>
    public Tensor Flatten(IReadOnlyDictionary<string, Tensor> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return _vector.Flatten([.. Layout.Slots.Select(slot =>
            values.TryGetValue(slot.Name, out Tensor? value) ? value
                : throw new TfLbfgsException(
                $"Expected a tensor for each of {string.Join(", ", Layout.Slots.Select(s => s.Name))}, received none for "
                + $"'{slot.Name}'."))]);
    }

    /// <inheritdoc/>
    public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data)
    {
        ArgumentNullException.ThrowIfNull(position);
        using TensorScope scope = new();
        using GradientTape tape = new(persistent: false, watchAccessedVariables: false);
        tape.Watch(position);
        Tensor loss = _loss(Split(position), data) ?? throw new TfLbfgsException("expected a loss, received null.");
        if (loss.DType.IsFloating)
            loss = VectorMath.As(loss, DType);
        return (scope.Keep(loss), scope.Keep(LossGradient.Of(tape, loss, position)));
    }

    /// <summary>Frees the start and the indices of the layout; the data are the caller's.</summary>
    public void Dispose()
    {
        _start.Dispose();
        _vector.Dispose();
    }
}
