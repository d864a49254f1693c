using TfLbfgs.Functions;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Distribution;

/// <content>An evaluation: the parts on their devices, and their sum.</content>
public sealed partial class DistributedObjective
{
    private (Tensor Loss, Tensor Gradient, Tensor? Readings) Evaluate(Tensor position, IReadOnlyList<Tensor> data, ShardTimes? times)
    {
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count != _strategy.Shards * _width)
            throw new TfLbfgsException($"DistributedObjective: expected {_strategy.Shards * _width} tensors, {_width} for each of "
                + $"{_strategy.Shards} parts, received {data.Count}.");
        using TensorScope scope = new();
        Term[] terms = TermsOf(data);
        Tensor? readings = null;
        (Tensor loss, Tensor gradient) = position.IsSymbolic
            ? Record(position, terms, times is not null, out readings)
            : Run(position, terms);
        return (scope.Keep(As(loss, DType)), scope.Keep(As(gradient, DType)), readings is null ? null : scope.Keep(readings));
    }

    /// <summary>What is added: the parts by their weights.</summary>
    private Term[] TermsOf(IReadOnlyList<Tensor> data)
    {
        long[] rows = [.. Enumerable.Range(0, _strategy.Shards).Select(i => RowsOf(data, i))];
        if (_options.Reduction == DataReduction.Mean)
        {
            long total = rows.Sum();
            return [.. rows.Select((count, i) => new Term((double)count / total, i, Part(data, i)))];
        }

        Term[] parts = [.. rows.Select((_, i) => new Term(1, i, Part(data, i)))];
        // Each part of a sum has brought what depends on no row: the loss of no rows.
        return parts.Length == 1 ? parts : [.. parts, new Term(1 - parts.Length, 0, Empty(parts[0].Data))];
    }

    /// <summary>No rows of a part, on its device.</summary>
    private Tensor[] Empty(IReadOnlyList<Tensor> part)
    {
        using IDisposable device = Device.Use(_devices[0]);
        return [.. part.Select((tensor, i) => IsWhole(tensor, i) ? tensor : tensor[..0])];
    }

    /// <summary>Adds the calls to the trace of the thread.</summary>
    private (Tensor Loss, Tensor Gradient) Record(Tensor position, Term[] terms, bool isMeasured, out Tensor? readings)
    {
        if (DispatchFrame.Current.Target is not Trace { IsCompiled: false } trace)
        {
            throw new TfLbfgsException(
                "DistributedObjective: expected Execution.Traced, Eager or Auto, since XLA compiles for one device, received a trace "
                + "that is compiled. Let each device compile its part by DistributedOptions.Compile.");
        }

        Dictionary<string, PlacedFunction> functions = [];
        Tensor? began = null;
        if (isMeasured)
        {
            began = PlacedFunction.Clock([position]);
            position = PlacedFunction.Gate(position, [began]);
        }

        List<(Tensor Loss, Tensor Gradient)> results = [];
        foreach (Term term in terms)
        {
            string device = _devices[term.Shard];
            string host = Shard.ClockOf(device);
            using IDisposable placed = Device.Use(device);
            Tensor here = RawOps.Identity(position);
            Tensor[] arguments = [here, .. term.Data];
            string signature = string.Join(';', term.Data.Select(tensor => tensor.Describe()));
            if (!functions.TryGetValue(signature, out PlacedFunction? function))
                functions[signature] = function = Function(trace, arguments);
            Tensor? start = isMeasured ? ClockOn(host, [here]) : null;
            Tensor[] found = function.Call(arguments, start is null ? [] : [start]);
            results.Add((start is null ? found[0] : WithClock(host, found, start), found[1]));
        }

        readings = null;
        if (began is null)
            return Sum(results, terms);
        results = [.. results.Select(result => (RawOps.Identity(result.Loss), RawOps.Identity(result.Gradient)))];
        Tensor arrived = PlacedFunction.Clock([.. results.SelectMany(result => new[] { result.Loss, result.Gradient })]);
        Tensor[][] numbers = [.. results.Select(result => RawOps.Unpack(result.Loss, num: 3))];
        (Tensor loss, Tensor gradient) = Sum([.. results.Zip(numbers, (result, own) => (own[0], result.Gradient))], terms);
        Tensor[] times = [.. numbers.Take(_strategy.Shards).SelectMany(own => own[1..])];
        readings = ShardTimes.Pack(times, began, arrived, PlacedFunction.Clock([loss, gradient]));
        return (loss, gradient);

        static Tensor ClockOn(string host, IReadOnlyList<Tensor> after)
        {
            using IDisposable device = Device.Use(host);
            return PlacedFunction.Clock(after);
        }

        // The loss with the times of its part: one tensor less for each of them on its way.
        static Tensor WithClock(string host, Tensor[] found, Tensor start)
        {
            Tensor end = ClockOn(host, found);
            using IDisposable device = Device.Use(host);
            return RawOps.Pack([As(found[0], DType.Float64), start, end]);
        }
    }

    private PlacedFunction Function(Trace trace, IReadOnlyList<Tensor> like) => PlacedFunction.Create(
        trace,
        $"the part of a DistributedObjective of {_objective.GetType().Name} on one device",
        like,
        _options.Compile,
        inputs =>
        {
            (Tensor loss, Tensor gradient) = ObjectiveGuard.Evaluate(_objective, inputs[0], inputs[1..]);
            return [loss, gradient];
        });

    /// <summary>Op by op, each part on its device.</summary>
    private (Tensor Loss, Tensor Gradient) Run(Tensor position, Term[] terms)
    {
        List<(Tensor Loss, Tensor Gradient)> results = [];
        string home = position.DeviceName;
        foreach (Term term in terms)
        {
            string there = _devices[term.Shard];
            using IDisposable device = Device.Use(there);
            (Tensor loss, Tensor gradient) = ObjectiveGuard.Evaluate(_objective, position.CopyTo(there), term.Data);
            results.Add((loss.CopyTo(home), gradient.CopyTo(home)));
        }

        using (Device.Use(home))
            return Sum(results, terms);
    }

    /// <summary>In the order of the parts, so that the bits do not depend on devices.</summary>
    private static (Tensor Loss, Tensor Gradient) Sum(List<(Tensor Loss, Tensor Gradient)> results, Term[] terms)
    {
        (Tensor Loss, Tensor Gradient)? total = null;
        for (int i = 0; i < results.Count; i++)
        {
            Tensor loss = terms[i].Weight * As(results[i].Loss, DType.Float64);
            Tensor gradient = terms[i].Weight * As(results[i].Gradient, DType.Float64);
            total = total is { } sum ? (sum.Loss + loss, sum.Gradient + gradient) : (loss, gradient);
        }

        return total!.Value;
    }

    /// <summary>What counts in the sum, with its weight: data on the device of a part.</summary>
    private readonly record struct Term(double Weight, int Shard, IReadOnlyList<Tensor> Data);
}
