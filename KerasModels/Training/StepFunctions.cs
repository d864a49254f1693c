using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras;

/// <summary>
/// The steps of a compiled model as traced functions: each takes rows of whole tensors by their indices, or a batch. They return all
/// measures as one vector, so that a step needs one native call, and one read where the numbers are used.
/// </summary>
internal sealed class StepFunctions : IDisposable
{
    private readonly Func<TrainingBatch, IReadOnlyList<(string Name, Tensor Value)>> _step;
    private readonly CompileOptions _options;
    private readonly string _name;
    private readonly Dictionary<(int Inputs, int Targets, ulong Weights, bool IsRows), Function> _functions = [];
    private string[] _names = [];

    public StepFunctions(string name, CompileOptions options, IReadOnlyList<Variable> trained,
        Func<TrainingBatch, IReadOnlyList<(string Name, Tensor Value)>> step)
    {
        _name = name;
        _options = options;
        _step = step;
        Trained = trained;
    }

    /// <summary>The variables that were trained when the functions were made.</summary>
    public IReadOnlyList<Variable> Trained { get; }

    /// <summary>How often a step was traced.</summary>
    public int TraceCount => _functions.Values.Sum(function => function.TraceCount);

    /// <summary>A step on some rows.</summary>
    /// <param name="data">All rows.</param>
    /// <param name="indices">Which of them.</param>
    /// <returns>The measures, to be disposed with their tensor.</returns>
    public StepResult RunRows(ObjectiveData data, Tensor indices) => Run(data.All, data, indices);

    /// <summary>A step on a batch.</summary>
    public StepResult RunBatch(TrainingBatch batch)
    {
        ObjectiveData data = new(batch.Inputs, batch.Targets, batch.SampleWeights);
        return Run(data.All, data, null);
    }

    /// <summary>Traces the step that <see cref="RunRows"/> runs, without running it.</summary>
    public void PrepareRows(ObjectiveData data, Tensor indices)
    {
        if (!_options.RunEagerly)
            FunctionFor(data, isRows: true).Prepare([.. data.All, indices]);
    }

    public void Dispose()
    {
        foreach (Function function in _functions.Values)
            function.Dispose();
        _functions.Clear();
    }

    private StepResult Run(IReadOnlyList<Tensor> all, ObjectiveData form, Tensor? indices)
    {
        Tensor[] arguments = new Tensor[all.Count + (indices is null ? 0 : 1)];
        for (int i = 0; i < all.Count; i++)
            arguments[i] = all[i];
        if (indices is not null)
            arguments[^1] = indices;
        Tensor result;
        using (TensorScope scope = new())
        {
            result = scope.Keep(_options.RunEagerly ? Body(form, indices is not null, arguments) : FunctionFor(form, indices is not null)
                .Call(arguments)[0]);
        }

        return new StepResult(_names, result);
    }

    private Function FunctionFor(ObjectiveData form, bool isRows)
    {
        (int, int, ulong, bool) key = (form.Inputs.Count, form.Targets.Count, WeightsOf(form), isRows);
        return _functions.TryGetValue(key, out Function? function) ? function : _functions[key] = NewFunction(form, isRows);
    }

    private Function NewFunction(ObjectiveData form, bool isRows)
    {
        // The form alone is kept: the tensors of the first call are not.
        int inputs = form.Inputs.Count, targets = form.Targets.Count;
        bool[] weighted = [.. form.Weights.Select(weight => weight is not null)];
        return new Function(
            arguments => [Body(inputs, targets, weighted, isRows, arguments)],
                new FunctionOptions { Name = _name, Compile = _options.Compile });
    }

    /// <summary>Which outputs have weights of samples: a bit for each, and one above the last.</summary>
    private static ulong WeightsOf(ObjectiveData form)
    {
        ulong bits = 1;
        for (int i = 0; i < form.Weights.Count; i++)
            bits = (bits << 1) | (form.Weights[i] is null ? 0UL : 1UL);
        return bits;
    }

    private Tensor Body(ObjectiveData form, bool isRows, Tensor[] arguments) =>
        Body(form.Inputs.Count, form.Targets.Count, [.. form.Weights.Select(weight => weight is not null)], isRows, arguments);

    private Tensor Body(int inputs, int targets, bool[] weighted, bool isRows, Tensor[] arguments)
    {
        Tensor[] data = isRows ? [.. arguments[..^1].Select(whole => Gather(whole, arguments[^1]))] : arguments;
        int next = inputs + targets;
        TrainingBatch batch = new(data[..inputs], data[inputs..(inputs + targets)], [.. weighted.Select(has => has ? data[next++] : null)]);
        IReadOnlyList<(string Name, Tensor Value)> results = _step(batch);
        return Pack(results);
    }

    private static Tensor Gather(Tensor whole, Tensor indices)
    {
        Tensor rows = RawOps.GatherV2(whole, indices, Tensor.Scalar(0));
        rows.RefineShape(Shape.Create([indices.Shape[0], .. whole.Shape.ToArray().AsSpan()[1..]]));
        return rows;
    }

    private Tensor Pack(IReadOnlyList<(string Name, Tensor Value)> results)
    {
        List<string> names = [];
        List<Tensor> parts = [];
        foreach ((string name, Tensor value) in results)
        {
            long count = value.Shape.IsFullyKnown ? value.Shape.ElementCount : throw new TfLbfgsException(
                $"expected a result '{name}' of known shape from the step, received {value.Describe()}.");
            for (long i = 0; i < count; i++)
                names.Add(value.Rank == 0 ? name : FormattableString.Invariant($"{name}_{i}"));
            parts.Add(RawOps.Reshape(RawOps.Cast(value, DType.Float64), Tensor.From<int>([-1])));
        }

        _names = [.. names];
        return parts.Count switch
        {
            0 => Tensor.Zeros(Shape.Create([0]), DType.Float64),
            1 => parts[0],
            _ => RawOps.ConcatV2([.. parts], Tensor.Scalar(0)),
        };
    }
}
