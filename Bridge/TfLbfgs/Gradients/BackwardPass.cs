using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>One walk backwards over the entries of a tape. Its ops are dispatched like any other, so outer tapes record them.</summary>
internal sealed class BackwardPass(TapeEntry[] entries)
{
    private readonly Dictionary<long, List<Tensor>> _gradients = [];

    /// <summary>The gradients of the targets with respect to the sources; null where there is no path.</summary>
    public Tensor?[] Run(IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor> sources, IReadOnlyList<Tensor?>? outputGradients)
    {
        for (int i = 0; i < targets.Count; i++)
        {
            if (targets[i].DType.IsDifferentiable)
                Add(targets[i].Id, outputGradients?[i] ?? RawOps.OnesLike(targets[i]));
        }

        HashSet<long> reachable = Reachable(sources);
        HashSet<long> sourceIds = [.. sources.Select(source => source.Id)];
        for (int i = entries.Length - 1; i >= 0; i--)
            Walk(entries[i], reachable, sourceIds);
        return [.. sources.Select(source => Total(source.Id))];
    }

    /// <summary>What depends on a source: the others need no gradient.</summary>
    private HashSet<long> Reachable(IReadOnlyList<Tensor> sources)
    {
        HashSet<long> reachable = [.. sources.Select(source => source.Id)];
        foreach (TapeEntry entry in entries)
        {
            if (!Array.Exists(entry.Inputs, input => reachable.Contains(input.Id)))
                continue;
            foreach (Tensor output in entry.Outputs)
                reachable.Add(output.Id);
        }

        return reachable;
    }

    private void Walk(TapeEntry entry, HashSet<long> reachable, HashSet<long> sourceIds)
    {
        if (!Array.Exists(entry.Outputs, output => _gradients.ContainsKey(output.Id)))
            return;
        bool[] needs = Array.ConvertAll(entry.Inputs, input => reachable.Contains(input.Id));
        if (!Array.Exists(needs, need => need))
            return;
        Tensor?[] upstream = Array.ConvertAll(entry.Outputs, output => Total(output.Id));
        foreach (Tensor output in entry.Outputs)
        {
            // A source may be an intermediate: its gradient is still to be returned.
            if (!sourceIds.Contains(output.Id))
                _gradients.Remove(output.Id);
        }

        GradientRule rule = entry.Operation.GradientRule switch
        {
            LeasedRule leased => leased.Gradients,
            GradientRule given => given,
            _ => GradientRegistry.Find(entry.Operation),
        };
        Tensor?[] gradients = rule(new RuleContext(entry.Operation, entry.Inputs, entry.Outputs, upstream, needs));
        if (gradients.Length != entry.Inputs.Length)
            throw new TfLbfgsException($"The gradient rule of {entry.Operation.Name} returned {gradients.Length} gradients for {entry.Inputs.Length} inputs.");
        for (int i = 0; i < gradients.Length; i++)
        {
            if (gradients[i] is { } gradient && needs[i])
                Add(entry.Inputs[i].Id, gradient);
        }
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
