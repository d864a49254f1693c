using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>One walk backwards over the entries of a tape. Its ops are dispatched like any other, so outer tapes record them.</summary>
internal sealed class BackwardPass(TapeEntry[] entries, IReadOnlyList<GradientSource> sources)
{
    private readonly Dictionary<long, List<Tensor>> _gradients = [];
    private readonly List<(string Op, long Input)> _stops = [];

    /// <summary>The ops whose rule gave no gradient for an input that depends on a source, the last one first.</summary>
    public IReadOnlyList<(string Op, long Input)> Stops => _stops;

    /// <summary>The gradients of the targets with respect to the sources; null where there is no path.</summary>
    public Tensor?[] Run(IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor?>? outputGradients)
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
        return [.. sources.Select(source => Total(source.Id))];
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
        Tensor?[] upstream = Array.ConvertAll(entry.Outputs, output => Total(output.Id));
        foreach (Tensor output in entry.Outputs)
        {
            // A source may be an intermediate: its gradient is still to be returned.
            if (!sourceIds.Contains(output.Id))
                _gradients.Remove(output.Id);
        }

        GradientRule rule = entry.Rule ?? throw WithoutRule(entry);
        Tensor?[] gradients = rule(new RuleContext(entry.Operation, entry.Inputs, entry.Outputs, upstream, needs));
        if (gradients.Length != entry.Inputs.Length)
            throw new TfLbfgsException($"The gradient rule of {entry.Operation.Name} returned {gradients.Length} gradients for {entry.Inputs.Length} inputs.");
        for (int i = 0; i < gradients.Length; i++)
        {
            if (!needs[i])
                continue;
            if (gradients[i] is { } gradient)
                Add(entry.Inputs[i].Id, gradient);
            else
                _stops.Add((entry.Operation.Name, entry.Inputs[i].Id));
        }
    }

    private bool HasGradient(Tensor[] outputs)
    {
        foreach (Tensor output in outputs)
        {
            if (_gradients.ContainsKey(output.Id))
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

    private void Add(long id, Tensor gradient)
    {
        if (_gradients.TryGetValue(id, out List<Tensor>? terms))
            terms.Add(gradient);
        else
            _gradients[id] = [gradient];
    }

    /// <summary>The sum of what arrived at a tensor, in the order of arrival and by AddN, as Python's tape adds.</summary>
    private Tensor? Total(long id)
    {
        if (!_gradients.TryGetValue(id, out List<Tensor>? terms))
            return null;
        if (terms.Count > 1)
        {
            Tensor sum = RawOps.AddN(terms);
            terms.Clear();
            terms.Add(sum);
        }

        return terms[0];
    }
}
