using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Metrics;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>What <c>Compile</c> set: optimizer, losses and metrics, and the state of these.</summary>
internal sealed class CompiledModel : IDisposable
{
    private readonly Model _model;
    private readonly List<(string? Prefix, int Output, Metric Metric, bool IsWeighted)> _metrics = [];
    private readonly List<(string Name, Mean Mean, int Output)> _outputLosses = [];
    private Loss?[]? _losses;
    private double[]? _weights;
    private Mean? _total;

    private readonly List<(string Name, Mean Mean)> _terms = [];
    private readonly HashSet<string> _termNames = new(StringComparer.Ordinal);
    private bool _isUntracked;

    public CompiledModel(Model model, TrainingMethod? method, CompileOptions options)
    {
        _model = model;
        Method = method;
        Options = options;
    }

    public TrainingMethod? Method { get; }

    /// <summary>The optimizer whose steps run now.</summary>
    public Optimizer? Optimizer => Method?.Current;

    /// <summary>Whether there are measures besides the loss.</summary>
    public bool MeasuresMore =>
        _termNames.Count > 0 || Options.Metrics is not null || Options.WeightedMetrics is not null
            || _losses?.Count(loss => loss is not null) > 1;

    public CompileOptions Options { get; }

    /// <summary>The loss of each output.</summary>
    public IReadOnlyList<Loss?> Losses => _losses ?? [];

    /// <summary>The weight of the loss of each output.</summary>
    public IReadOnlyList<double> LossWeights => _weights ?? [];

    /// <summary>The names of the logs in order; known after the first step.</summary>
    public IReadOnlyList<string> Names => [.. Results(compute: false).Select(result => result.Name)];

    /// <summary>The weighted sum of the losses of the outputs, and the penalties of the model.</summary>
    /// <exception cref="TfLbfgsException">Losses, targets and outputs do not fit.</exception>
    public Tensor ComputeLoss(TrainingBatch batch, ModelOutput output)
    {
        Prepare(batch, output);
        Tensor? total = null;
        for (int i = 0; i < _losses!.Length; i++)
        {
            if (_losses[i] is not { } loss)
                continue;
            Tensor value = loss.Call(batch.Targets[i], output.Predictions[i], batch.WeightsOf(i));
            Mean? mean = _isUntracked ? null : _outputLosses.Find(entry => entry.Output == i).Mean;
            // Keras 3 does not know the size of a batch here, and takes all batches alike.
            mean?.Update(Alone(value), _model.Generation == KerasGeneration.Keras3 ? null : Rows(batch, mean.DType));
            if (value.Shape.HasRank && value.Rank > 0)
                value = Tf.ReduceMean(value);
            total = Add(total, _weights![i] == 1 ? value : value * _weights[i]);
        }

        total = output.RegularizationLoss is { } penalties ? Add(total, penalties) : total;
        return total ?? throw new TfLbfgsException(
            $"{_model}: expected a loss for at least one output, or penalties, received none. Give Compile a loss, add one in the model, "
                + "or override TrainStep.");
    }

    /// <summary>Adds the loss of a batch to its mean.</summary>
    public void TrackLoss(TrainingBatch batch, Tensor loss)
    {
        _total ??= NewMean("loss", loss.DType);
        _total.Update(Alone(loss), Rows(batch, _total.DType));
    }

    /// <summary>Adds a named part of the loss to its mean.</summary>
    public void TrackTerm(string name, Tensor value, Tensor? rows)
    {
        _termNames.Add(name);
        if (_isUntracked)
            return;
        Mean? mean = _terms.Find(term => term.Name == name).Mean;
        if (mean is null)
            _terms.Add((name, mean = NewMean(name, value.DType)));
        mean.Update(Alone(value), rows is null ? null : RawOps.Cast(rows, mean.DType));
    }

    /// <summary>Computes losses without adding them to means, until it is disposed: in the objective of a minimizer.</summary>
    public IDisposable WithoutTracking() => new Untracked(this);

    /// <summary>Adds a batch to the metrics.</summary>
    public void UpdateMetrics(TrainingBatch batch, ModelOutput output)
    {
        Prepare(batch, output);
        foreach ((_, int i, Metric metric, bool isWeighted) in _metrics)
            metric.Update(batch.Targets[i], output.Predictions[i], isWeighted ? batch.WeightsOf(i) : null);
    }

    /// <summary>The measures since the last reset by name, inside a scope of the caller.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Results(bool compute = true)
    {
        List<(string, Tensor)> results = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        Tensor Value(Metric metric) => compute ? metric.Result() : null!;
        if (_total is not null)
            results.Add((Unique("loss", null), Value(_total)));
        foreach ((string name, Mean mean, _) in _outputLosses)
            results.Add((Unique(name, null), Value(mean)));
        foreach ((string name, Mean mean) in _terms)
            results.Add((Unique(name, null), Value(mean)));
        foreach ((string? prefix, _, Metric metric, bool isWeighted) in _metrics)
            results.Add(
                (Unique(Prefixed(prefix, metric.Name), isWeighted ? Prefixed(prefix, $"weighted_{metric.Name}") : null), Value(metric)));
        return results;

        string Unique(string name, string? alternative)
        {
            string found = alternative is not null && names.Contains(name) ? alternative : name;
            for (int i = 1; !names.Add(found); i++)
                found = FormattableString.Invariant($"{name}_{i}");
            return found;
        }
    }

    /// <summary>Forgets all batches.</summary>
    public void Reset()
    {
        _total?.Reset();
        foreach ((_, Mean mean, _) in _outputLosses)
            mean.Reset();
        foreach ((_, Mean mean) in _terms)
            mean.Reset();
        foreach ((_, _, Metric metric, _) in _metrics)
            metric.Reset();
    }

    public void Dispose()
    {
        Method?.Dispose();
        DisposeMetrics();
    }

    /// <summary>Frees all but the optimizer.</summary>
    public void DisposeMetrics()
    {
        _total?.Dispose();
        foreach ((_, Mean mean, _) in _outputLosses)
            mean.Dispose();
        foreach ((_, Mean mean) in _terms)
            mean.Dispose();
        foreach ((_, _, Metric metric, _) in _metrics)
            metric.Dispose();
    }

    private static string Prefixed(string? prefix, string name) => prefix is null ? name : $"{prefix}_{name}";

    // A metric may keep what it is given; the loss goes on to the tape.
    private static Tensor Alone(Tensor value) => value.Shape.HasRank && value.Rank > 0 ? Tf.ReduceMean(value) : value;

    private static Tensor Add(Tensor? total, Tensor value) =>
        total is null ? value : total + (value.DType == total.DType ? value : RawOps.Cast(value, total.DType));

    private static Mean NewMean(string name, DType dtype) =>
        new() { Name = name, DType = dtype == DType.Float64 ? DType.Float64 : DType.Float32 };

    private static Tensor Rows(TrainingBatch batch, DType dtype) => RawOps.Cast(RawOps.Shape(batch.X)[0], dtype);

    /// <summary>Fits losses and metrics to the outputs, when these are known first.</summary>
    private void Prepare(TrainingBatch batch, ModelOutput output)
    {
        if (_losses is not null)
            return;
        IReadOnlyList<string> outputs = _model.OutputNames(output.Values.Count);
        Loss?[] losses = Options.Losses?.Resolve("CompileOptions.Losses", outputs) ?? new Loss?[outputs.Count];
        double[] weights = Options.LossWeights?.Resolve("CompileOptions.LossWeights", outputs) ?? [.. outputs.Select(_ => 1.0)];
        IReadOnlyList<MetricSpec>?[] metrics = Options.Metrics?.Resolve("CompileOptions.Metrics", outputs)
            ?? new IReadOnlyList<MetricSpec>?[outputs.Count];
        IReadOnlyList<MetricSpec>?[] weighted = Options.WeightedMetrics?.Resolve("CompileOptions.WeightedMetrics", outputs)
            ?? new IReadOnlyList<MetricSpec>?[outputs.Count];
        int needed = 1 + Enumerable.Range(0, outputs.Count)
            .LastOrDefault(i => losses[i] is not null || metrics[i] is { Count: > 0 } || weighted[i] is { Count: > 0 }, -1);
        if (batch.Targets.Count < needed || (batch.SampleWeights.Count > 1 && batch.SampleWeights.Count != outputs.Count))
        {
            throw new TfLbfgsException(
                $"{_model}: expected targets for each of the {outputs.Count} outputs {string.Join(", ", outputs)}, and weights of samples for none, all or each of them, "
                + $"received {batch.Targets.Count} targets and {batch.SampleWeights.Count} weights.");
        }

        if (outputs.Count > 1 && losses.Count(loss => loss is not null) > 1)
        {
            for (int i = 0; i < outputs.Count; i++)
            {
                if (losses[i] is not null)
                    _outputLosses.Add(($"{outputs[i]}_loss", NewMean($"{outputs[i]}_loss", output.Values[i].DType), i));
            }
        }

        foreach ((IReadOnlyList<MetricSpec>?[] specs, bool isWeighted) in new[] { (metrics, false), (weighted, true) })
        {
            for (int i = 0; i < outputs.Count; i++)
            {
                foreach (MetricSpec spec in specs[i] ?? [])
                    _metrics.Add(
                        (outputs.Count > 1
                        ? outputs[i] : null, i, spec.ForOutput(batch.Targets[i], output.Values[i], _model.Generation), isWeighted));
            }
        }

        (_losses, _weights) = (losses, weights);
    }

    private sealed class Untracked : IDisposable
    {
        private readonly CompiledModel _compiled;

        public Untracked(CompiledModel compiled)
        {
            _compiled = compiled;
            compiled._isUntracked = true;
        }

        public void Dispose() => _compiled._isUntracked = false;
    }
}
