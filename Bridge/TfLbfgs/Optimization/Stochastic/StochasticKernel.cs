using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// The device side of <see cref="StochasticLbfgs"/>: a batch is gathered and evaluated in one call. Each call reads its scalars, packed as
/// float64, and nothing else.
/// </summary>
internal sealed class StochasticKernel : IDisposable
{
    private readonly Objective _objective;
    private readonly DataRows _rows;
    private readonly int _batch;
    private readonly int _overlap;
    private readonly IDirection _direction;
    private readonly Func<Tensor[], Tensor[]> _advance;
    private readonly Func<Tensor[], Tensor[]> _trial;
    private readonly Func<Tensor[], Tensor[]> _learn;
    private readonly Func<Tensor[], Tensor[]> _apply;
    private readonly Func<long, Func<Tensor[], Tensor[]>> _slice;
    private readonly List<Function> _functions = [];

    public StochasticKernel(Objective objective, DataRows rows, StochasticOptions options, CancellationToken cancellation)
    {
        cancellation = ObjectiveGuard.CancellationOfCompilation(objective, cancellation);
        _objective = objective;
        _rows = rows;
        _batch = options.BatchSize;
        _overlap = OverlapOf(options);
        _direction = new PairHistory(options.MemoryLength, objective.Count, objective.DType, options.Scaling);
        _advance = Traced(Advance, "batch_advance", options.Execution, cancellation);
        _trial = Traced(Trial, "batch_trial", options.Execution, cancellation);
        // What learns changes variables, so it is never abandoned.
        _learn = Traced(Learn, "batch_learn", options.Execution, CancellationToken.None);
        _apply = Traced(Apply, "batch_apply", options.Execution, cancellation);
        Dictionary<long, Func<Tensor[], Tensor[]>> slices = [];
        _slice = count =>
            slices.TryGetValue(count, out Func<Tensor[], Tensor[]>? known)
            ? known : slices[count] = Traced(inputs => Slice(inputs, count), "batch_measure", options.Execution, cancellation);
    }

    /// <summary>Small reads so far.</summary>
    public int Reads { get; private set; }

    /// <summary>Whether no pair is known.</summary>
    public bool IsEmpty => _direction.IsEmpty;

    /// <summary>The rows of a batch that the next one has too.</summary>
    public static int OverlapOf(StochasticOptions options) =>
        Math.Clamp((int)Math.Round(options.Overlap * options.BatchSize), 1, options.BatchSize / 2);

    /// <summary>Forgets all pairs.</summary>
    public void Clear() => _direction.Clear();

    /// <summary>Goes a step and evaluates there on the next batch.</summary>
    /// <param name="position">x, shape [n].</param>
    /// <param name="direction">d, shape [n].</param>
    /// <param name="step">The step along d.</param>
    /// <param name="former">The gradient at x of the rows with which the batch begins, shape [n].</param>
    /// <param name="batch">The numbers of the rows: those of the former batch first, those of the next one last.</param>
    public BatchPoint Advance(Tensor position, Tensor direction, double step, Tensor former, long[] batch)
    {
        using TensorScope scope = new();
        Tensor[] outputs = _advance([position, direction, Tensor.Scalar(step), former, Tensor.From(batch), .. _objective.Data]);
        double[] s = Read(outputs[5]);
        _objective.OnEvaluated(s[0]);
        return new BatchPoint(scope.Keep(outputs[0]), scope.Keep(outputs[1]), scope.Keep(outputs[2]), scope.Keep(outputs[3]),
            scope.Keep(outputs[4]))
        {
            Loss = s[0],
            GradientSquared = s[1],
            StepDotChange = s[2],
            StepSquared = s[3],
            ChangeSquared = s[4],
        };
    }

    /// <summary>The loss of a batch at a step along a direction.</summary>
    public double LossAt(Tensor position, Tensor direction, double step, long[] batch)
    {
        using TensorScope scope = new();
        double loss = Read(_trial([position, direction, Tensor.Scalar(step), Tensor.From(batch), .. _objective.Data])[0])[0];
        _objective.OnEvaluated(loss);
        return loss;
    }

    /// <summary>
    /// Learns the pair of a point, unless it is left out, and gives the direction there with its slope, or null where there is none.
    /// </summary>
    public (Tensor Direction, double Slope)? DirectionAt(BatchPoint point, bool learn)
    {
        using TensorScope scope = new();
        Tensor[] outputs;
        if (learn)
        {
            // Limited memory does not ask for the slope, and the step was not searched for.
            Tensor[] own = _direction.Reserve(new PairScalars(point.StepDotChange, point.StepSquared, point.ChangeSquared, double.NaN, 1));
            _direction.Store(point.Step, point.Change, own);
            outputs = _learn([point.Gradient, point.Step, point.Change, .. own]);
        }
        else if (!_direction.IsEmpty)
        {
            outputs = _apply([point.Gradient, .. _direction.Arguments()]);
        }
        else
        {
            return null;
        }

        double slope = Read(outputs[1])[0];
        return double.IsFinite(slope) && slope < 0 ? (scope.Keep(outputs[0]), slope) : null;
    }

    /// <summary>Loss and gradient of all data, slice by slice; one read.</summary>
    public FullPoint Measure(Tensor position)
    {
        using TensorScope scope = new();
        long rows = _rows.Count;
        Tensor? total = null;
        for (long first = 0; first < rows; first += _batch)
        {
            using TensorScope inner = new();
            long count = Math.Min(_batch, rows - first);
            // Loss and gradient in one float64 vector, weighted by the part of the rows.
            Tensor part = _slice(count)([position, Tensor.Scalar(first), .. _objective.Data])[0];
            Tensor sum = total is null ? part : total + part;
            total?.Dispose();
            total = inner.Keep(sum);
        }

        Tensor loss = total![0];
        Tensor gradient = total[1..];
        double[] s = Read(RawOps.Pack([loss, MaxAbs(gradient), Dot(gradient, gradient)]));
        return new FullPoint(scope.Keep(RawOps.Identity(position)), scope.Keep(As(gradient, _objective.DType)), s[0], s[1], s[2]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Function function in _functions)
            function.Dispose();
        _direction.Dispose();
    }

    private Func<Tensor[], Tensor[]> Traced(Func<Tensor[], Tensor[]> body, string name, Execution execution, CancellationToken cancellation)
    {
        if (ExecutionPlan.ForCalls(execution).Function(body, name) is not { } function)
            return body;
        _functions.Add(function);
        return inputs => CancellableCall.Run(function, body, inputs, cancellation);
    }

    private double[] Read(Tensor scalars)
    {
        Reads++;
        return scalars.ToArray<double>();
    }

    /// <summary>[x, d, step, former gradient of the overlap, rows, data...] to [x', g, g of the next overlap, s, y, scalars].</summary>
    private Tensor[] Advance(Tensor[] inputs)
    {
        Tensor step = As(inputs[2], inputs[0].DType) * inputs[1];
        Tensor position = inputs[0] + step;
        IReadOnlyList<Tensor> data = inputs[5..];
        int middle = _batch - 2 * _overlap;
        (Tensor firstLoss, Tensor firstGradient) = Rows(position, data, inputs[4], 0, _overlap);
        (Tensor lastLoss, Tensor lastGradient) = Rows(position, data, inputs[4], _batch - _overlap, _overlap);
        double part = (double)_overlap / _batch;
        Tensor loss = part * (firstLoss + lastLoss);
        Tensor gradient = part * (firstGradient + lastGradient);
        if (middle > 0)
        {
            (Tensor middleLoss, Tensor middleGradient) = Rows(position, data, inputs[4], _overlap, middle);
            loss += (double)middle / _batch * middleLoss;
            gradient += (double)middle / _batch * middleGradient;
        }

        Tensor change = firstGradient - inputs[3];
        Tensor scalars = RawOps.Pack([loss, Dot(gradient, gradient), Dot(step, change), Dot(step, step), Dot(change, change)]);
        return [position, gradient, lastGradient, step, change, scalars];
    }

    private Tensor[] Trial(Tensor[] inputs)
    {
        Tensor position = inputs[0] + As(inputs[2], inputs[0].DType) * inputs[1];
        return [RawOps.Pack([Rows(position, inputs[4..], inputs[3], 0, _batch).Loss])];
    }

    private Tensor[] Learn(Tensor[] inputs) => WithSlope(_direction.Learn(inputs[1], inputs[2], inputs[0], inputs.AsSpan(3)), inputs[0]);

    private Tensor[] Apply(Tensor[] inputs) => WithSlope(_direction.Apply(inputs[0], inputs.AsSpan(1)), inputs[0]);

    private static Tensor[] WithSlope(Tensor direction, Tensor gradient) => [direction, RawOps.Pack([Dot(direction, gradient)])];

    private Tensor[] Slice(Tensor[] inputs, long count)
    {
        (Tensor loss, Tensor gradient) = ObjectiveGuard.Evaluate(_objective, inputs[0], _rows.Slice(inputs[2..], inputs[1], count));
        using Tensor one = Tensor.Vector([1]);
        Tensor both = RawOps.ConcatV2([RawOps.Reshape(As(loss, DType.Float64), one), As(gradient, DType.Float64)], Tensor.Scalar(0));
        return [both * ((double)count / _rows.Count)];
    }

    /// <summary>Loss, float64, and gradient of some rows of a batch.</summary>
    private (Tensor Loss, Tensor Gradient) Rows(Tensor position, IReadOnlyList<Tensor> data, Tensor batch, int first, int count)
    {
        using Tensor begin = Tensor.Vector([first]);
        using Tensor size = Tensor.Vector([count]);
        (Tensor loss, Tensor gradient) =
            ObjectiveGuard.Evaluate(_objective, position, _rows.Gather(data, RawOps.Slice(batch, begin, size)));
        return (As(loss, DType.Float64), gradient);
    }
}
