using System.Diagnostics;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>One run of <see cref="StochasticLbfgs"/>.</summary>
internal sealed class StochasticRun : IDisposable
{
    private readonly StochasticOptions _options;
    private readonly StochasticKernel _kernel;
    private readonly RowStream _stream;
    private readonly CancellationToken _cancellation;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<LbfgsProgress> _history = [];
    private readonly List<double> _batchLosses = [];
    private readonly long _rows;
    private readonly int _overlap;
    private FullPoint? _best;
    private double _initialLoss;
    private long _rowsEvaluated;
    private int _evaluations;
    private int _iterations;
    private int _skipped;
    private int _restarts;
    private int _failedSearches;

    public StochasticRun(Objective objective, StochasticOptions options, CancellationToken cancellation)
    {
        _options = options;
        _cancellation = cancellation;
        DataRows rows = new(objective.Data, options.Whole, $"StochasticLbfgs of {objective.GetType().Name}");
        _rows = rows.Count;
        if (options.BatchSize >= _rows || _rows > int.MaxValue)
            throw new TfLbfgsException($"StochasticOptions.BatchSize: expected fewer rows than the {_rows} of the data, received "
                + $"{options.BatchSize}. Use Lbfgs.Minimize for all of them.");
        _overlap = StochasticKernel.OverlapOf(options);
        _stream = new RowStream(_rows, options.Seed);
        _kernel = new StochasticKernel(objective, rows, options, cancellation);
    }

    /// <summary>The best measured point so far; null before the first.</summary>
    public Tensor? BestPosition => _best?.Position;

    /// <summary>What the result says in addition to the <see cref="LbfgsResult"/>.</summary>
    public StochasticResult With(LbfgsResult result) => new(result, Passes, _skipped, _batchLosses);

    private double Passes => (double)_rowsEvaluated / _rows;

    /// <summary>Minimizes from a start.</summary>
    public LbfgsResult Minimize(Tensor start)
    {
        Measure(start, 0);
        _initialLoss = _best!.Loss;
        (StopReason reason, string message) = double.IsFinite(_best.Loss) && double.IsFinite(_best.GradientSquared)
            ? Reached() ?? Loop(start)
            : (StopReason.BadStart,
                FormattableString.Invariant(
                $"Bad start: loss {_best.Loss}, max |g| {_best.GradientMax}; expected finite numbers. Start elsewhere."));
        Tensor position = _best.Position.Alias();
        Tensor gradient = _best.Gradient.Alias();
        TensorScope.Register(position);
        TensorScope.Register(gradient);
        return new LbfgsResult
        {
            Position = position,
            Gradient = gradient,
            Loss = _best.Loss,
            InitialLoss = _initialLoss,
            GradientNorm = _best.GradientMax,
            Reason = reason,
            Message = message,
            Iterations = _iterations,
            Evaluations = _evaluations,
            Reads = _kernel.Reads,
            Restarts = _restarts,
            FailedSearches = _failedSearches,
            Seconds = _clock.Elapsed.TotalSeconds,
            History = [.. _history],
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _best?.Dispose();
        _kernel.Dispose();
    }

    private (StopReason, string) Loop(Tensor start)
    {
        long[] batch = _stream.Take(_options.BatchSize);
        BatchPoint point;
        using (Tensor zeros = RawOps.ZerosLike(start))
            point = Evaluate(start, zeros, 0, zeros, batch);
        double lastStep = 0;
        int measured = 0;
        try
        {
            while (true)
            {
                if (!point.IsFinite)
                    return (StopReason.Stalled,
                        FormattableString.Invariant(
                        $"Diverged: the loss of a batch is {point.Loss} after {_iterations} iterations. Choose a smaller step, or StepRule Armijo."));
                if (Limit() is { } limit)
                {
                    if (measured < _iterations)
                        Measure(point.Position, lastStep);
                    return Reached() ?? limit;
                }

                _batchLosses.Add(point.Loss);
                using Tensor direction = Direction(point, out double slope, out double first);
                lastStep = Step(point, direction, slope, first, batch);
                long[] next = [.. batch.AsSpan(batch.Length - _overlap), .. _stream.Take(_options.BatchSize - _overlap)];
                BatchPoint former = point;
                point = Evaluate(former.Position, direction, lastStep, former.OverlapGradient, next);
                former.Dispose();
                batch = next;
                _iterations++;
                if (_iterations % _options.MeasureInterval == 0)
                {
                    Measure(point.Position, lastStep);
                    measured = _iterations;
                    if (Reached() is { } reached)
                        return reached;
                }
            }
        }
        finally
        {
            point.Dispose();
        }
    }

    private (StopReason, string)? Limit()
    {
        if (_cancellation.IsCancellationRequested)
            return (StopReason.Cancelled, FormattableString.Invariant($"Cancelled after {Passes:F1} passes."));
        if (_iterations >= _options.MaxIterations)
            return (StopReason.IterationLimit,
                FormattableString.Invariant($"Reached the limit of {_options.MaxIterations} iterations after {Passes:F1} passes."));
        if (Passes >= _options.MaxPasses)
            return (StopReason.EvaluationLimit,
                FormattableString.Invariant($"Reached the limit of {_options.MaxPasses:G4} passes after {_iterations} iterations."));
        return null;
    }

    private (StopReason, string)? Reached() => _best!.Loss <= _options.TargetLoss
        ? (StopReason.TargetReached, FormattableString.Invariant($"Reached the target: loss {_best.Loss:G6} <= {_options.TargetLoss:G6}."))
        : null;

    /// <summary>Learns the pair that led to a point, where its curvature is sufficient, and gives the next direction.</summary>
    private Tensor Direction(BatchPoint point, out double slope, out double first)
    {
        first = _options.StepRule == BatchStep.Decaying ? _options.Step / (1 + _iterations / _options.DecayIterations) : _options.Step;
        bool learn = point.StepSquared > 0 && point.StepDotChange > 0
            && point.StepDotChange >= _options.MinimumCurvature * point.StepSquared && double.IsFinite(point.ChangeSquared);
        if (!learn && point.StepSquared > 0)
            _skipped++;
        if (_kernel.DirectionAt(point, learn) is { } known)
        {
            slope = known.Slope;
            return known.Direction;
        }

        if (!_kernel.IsEmpty)
        {
            _kernel.Clear();
            _restarts++;
        }

        slope = -point.GradientSquared;
        first *= Math.Min(1, 1 / Math.Sqrt(Math.Max(point.GradientSquared, double.Epsilon)));
        return RawOps.Neg(point.Gradient);
    }

    private double Step(BatchPoint point, Tensor direction, double slope, double first, long[] batch)
    {
        if (_options.StepRule != BatchStep.Armijo)
            return first;
        double step = first;
        for (int i = 0; i <= _options.MaxHalvings; i++)
        {
            if (i > 0)
                step /= 2;
            Count();
            if (_kernel.LossAt(point.Position, direction, step, batch) <= point.Loss + _options.SufficientDecrease * step * slope)
                return step;
        }

        _failedSearches++;
        return step;
    }

    private BatchPoint Evaluate(Tensor position, Tensor direction, double step, Tensor former, long[] batch)
    {
        Count();
        return _kernel.Advance(position, direction, step, former, batch);
    }

    private void Count()
    {
        _evaluations++;
        _rowsEvaluated += _options.BatchSize;
    }

    /// <summary>Measures loss and gradient of all data, and keeps the point where the loss is lowest.</summary>
    private void Measure(Tensor position, double step)
    {
        FullPoint point = _kernel.Measure(position);
        LbfgsProgress progress =
            new(_iterations, _evaluations, point.Loss, point.GradientMax, step,
            _clock.Elapsed.TotalSeconds)
            { GradientLength = Math.Sqrt(point.GradientSquared) };
        _history.Add(progress);
        if (_best is null || point.Loss < _best.Loss)
            (_best, point) = (point, _best!);
        point?.Dispose();
        try
        {
            _options.Progress?.Report(progress);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw CallbackFailure.Of($"StochasticOptions.Progress, {_options.Progress!.GetType().Name}", _iterations, e);
        }
    }
}
