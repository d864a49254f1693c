using TfLbfgs.Gradients.Rules;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>One walk backwards over the entries of a tape. Its ops are dispatched like any other, so outer tapes record them.</summary>
internal sealed class BackwardPass(TapeEntry[] entries, IReadOnlyList<GradientSource> sources)
{
    private readonly Dictionary<long, List<Tensor>> _gradients = [];
    private readonly Dictionary<long, List<IndexedSlices>> _slices = [];
    private readonly List<(string Op, long Input)> _stops = [];

    /// <summary>The ops whose rule gave no gradient for an input that depends on a source, the last one first.</summary>
    public IReadOnlyList<(string Op, long Input)> Stops => _stops;

    /// <summary>The gradients of the targets with respect to the sources; null where there is no path.</summary>
    public Tensor?[] Run(IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor?>? outputGradients)
    {
        Walk(targets, outputGradients);
        return [.. sources.Select(source => Dense(source.Id))];
    }

    /// <summary>Walks from the targets back; then <see cref="Dense"/> and <see cref="Slices"/> have the gradients of the sources.</summary>
    public void Walk(IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor?>? outputGradients)
    {
        for (int i = 0; i < targets.Count; i++)
        {
            if (outputGradients?[i] is { } given)
                Add(targets[i].Id, given);
            else if (targets[i].DType.IsDifferentiable)
                Add(targets[i].Id, RawOps.OnesLike(targets[i]));
        }

        HashSet<long> sourceIds = [.. sources.Select(source => source.Id)];
        HashSet<long> reachable = Reachable(sourceIds);
        for (int i = entries.Length - 1; i >= 0; i--)
            Walk(entries[i], reachable, sourceIds);
    }

    /// <summary>
    /// The gradient that arrived at a tensor, in the order of arrival and by AddN, as Python's tape adds; null: none did.
    /// </summary>
    public Tensor? Dense(long id)
    {
        if (_slices.Remove(id, out List<IndexedSlices>? slices))
        {
            foreach (IndexedSlices part in slices)
                Add(id, part.ToTensor());
        }

        if (!_gradients.TryGetValue(id, out List<Tensor>? terms))
            return null;
        if (terms.Count > 1)
        {
            Tensor sum = terms[0].DType == DType.Variant && SparseMatrixRules.DTypeOf(entries, id) is { } dtype
                ? SparseMatrixRules.Sum(terms, dtype) : RawOps.AddN(terms);
            terms.Clear();
            terms.Add(sum);
        }

        return terms[0];
    }

    /// <summary>The gradient that arrived at a tensor where all of it is sparse; null: a part is dense, or none arrived.</summary>
    public IndexedSlices? Slices(long id)
    {
        if (_gradients.ContainsKey(id) || !_slices.TryGetValue(id, out List<IndexedSlices>? slices))
            return null;
        if (slices.Count > 1)
        {
            Tensor[] indices = slices.TrueForAll(part => part.Indices.DType == slices[0].Indices.DType)
                ? [.. slices.Select(part => part.Indices)]
                : [.. slices.Select(part => RawOps.Cast(part.Indices, DType.Int64))];
            Tensor axis = RuleOperations.Int32(0);
            IndexedSlices sum =
                new(RawOps.ConcatV2([.. slices.Select(part => part.Values)], axis), RawOps.ConcatV2(indices, axis), slices[0].RowCount);
            slices.Clear();
            slices.Add(sum);
        }

        return slices[0];
    }

    /// <summary>What depends on a source: the others need no gradient.</summary>
    private HashSet<long> Reachable(IEnumerable<long> from)
    {
        HashSet<long> reachable = [.. from];
        foreach (TapeEntry entry in entries)
        {
            if (!entry.Inputs.Any(reachable))
                continue;
            foreach (Tensor output in entry.Outputs)
                reachable.Add(output.Id);
        }

        return reachable;
    }

    private void Walk(TapeEntry entry, HashSet<long> reachable, HashSet<long> sourceIds)
    {
        if (!HasGradient(entry.Outputs) || !entry.Inputs.Any(reachable))
            return;
        bool[] needs = Array.ConvertAll(entry.Inputs, input => reachable.Contains(input.Id));
        if (entry.Operation.Name is OpNames.ReadVariableOp or OpNames.Identity && PassSlices(entry, sourceIds))
            return;
        Tensor?[] upstream = Array.ConvertAll(entry.Outputs, output => Dense(output.Id));
        foreach (Tensor output in entry.Outputs)
        {
            // A source may be an intermediate: its gradient is still to be returned.
            if (!sourceIds.Contains(output.Id))
                _gradients.Remove(output.Id);
        }

        GradientRule rule = entry.Rule ?? throw WithoutRule(entry);
        RuleContext context = new(entry.Operation, entry.Inputs, entry.Outputs, upstream, needs);
        Tensor?[] gradients = rule(context);
        if (gradients.Length != entry.Inputs.Length)
            throw new TfLbfgsException(
                $"The gradient rule of {entry.Operation.Name} returned {gradients.Length} gradients for {entry.Inputs.Length} inputs.");
        for (int i = 0; i < gradients.Length; i++)
        {
            if (!needs[i])
                continue;
            if (gradients[i] is { } gradient)
                Add(entry.Inputs[i].Id, gradient);
            else if (context.SlicesOf(i) is { } slices)
                Add(entry.Inputs[i].Id, slices);
            else
                _stops.Add((entry.Operation.Name, entry.Inputs[i].Id));
        }
    }

    /// <summary>Passes a sparse gradient on through a copy or the read of a variable, as it is.</summary>
    private bool PassSlices(TapeEntry entry, HashSet<long> sourceIds)
    {
        long output = entry.Outputs[0].Id;
        if (_gradients.ContainsKey(output) || !_slices.TryGetValue(output, out List<IndexedSlices>? slices))
            return false;
        if (!sourceIds.Contains(output))
            _slices.Remove(output);
        foreach (IndexedSlices part in slices.ToArray())
            Add(entry.Inputs[0].Id, part);
        return true;
    }

    private bool HasGradient(Tensor[] outputs)
    {
        foreach (Tensor output in outputs)
        {
            if (_gradients.ContainsKey(output.Id) || _slices.ContainsKey(output.Id))
                return true;
        }

        return false;
    }

    private TfLbfgsException WithoutRule(TapeEntry entry)
    {
        string[] names = [.. sources.Where(source => entry.Inputs.Any(Reachable([source.Id]))).Select(source => source.ToString())];
        string which = names.Length <= 3 ? string.Join(" and ", names) : $"{names[0]}, {names[1]} and {names.Length - 2} more";
        return new TfLbfgsException(
            $"The op {entry.Operation.Name} has no gradient rule, and the target depends on {which} through it. Register one: "
            + $"GradientRegistry.Register(\"{entry.Operation.Name}\", context => context.Result(...)); or stop the gradient with Tf.StopGradient, or replace the op.");
    }

    private void Add(long id, IndexedSlices slices)
    {
        if (_slices.TryGetValue(id, out List<IndexedSlices>? parts))
            parts.Add(slices);
        else
            _slices[id] = [slices];
    }

    private void Add(long id, Tensor gradient)
    {
        if (_gradients.TryGetValue(id, out List<Tensor>? terms))
            terms.Add(gradient);
        else
            _gradients[id] = [gradient];
    }
}
