using System.Text;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>The ops of a tape that lead from a source to a target, for messages.</summary>
internal sealed class TapePath(IReadOnlyList<TapeEntry> entries, EndedPaths ended)
{
    /// <summary>Why the target has no gradient with respect to a source.</summary>
    /// <param name="target">The target.</param>
    /// <param name="source">The source.</param>
    /// <param name="isTracked">Whether the tape tracks the source.</param>
    /// <param name="stops">The ops that passed no gradient on, with the inputs concerned; null: those of which it is known
    /// beforehand.</param>
    public string Reason(Tensor target, GradientSource source, bool isTracked, IReadOnlyList<(string Op, long Input)>? stops = null)
    {
        if (!isTracked)
        {
            return source.Variable is { Trainable: false }
                ? "The tape does not watch the variable, since it is not trainable: call Watch before it is read."
                : "The tape does not watch it: call Watch before it is used, and read variables while the tape records.";
        }

        if (!target.DType.IsDifferentiable)
            return $"The target is of dtype {target.DType}, which has no gradient: differentiate what it is computed from.";
        HashSet<long> reachable = Reachable(source.Id);
        HashSet<long> leading = Leading(target.Id);
        foreach ((string op, long input) in stops ?? Stops(leading))
        {
            if (reachable.Contains(input))
                return $"The path from the source ends at the op {op}, through which no gradient passes.";
        }

        if (ended.Find(target.Id, reachable) is { } end)
            return $"The path from the source ends at the op {end}, whose result has no gradient.";
        // Several targets, or one that other ops reached: what ended on the way into any op that leads to the target.
        foreach (TapeEntry entry in entries)
        {
            if (!entry.Outputs.Any(leading))
                continue;
            foreach (Tensor input in entry.Inputs)
            {
                if (ended.Find(input.Id, reachable) is { } before)
                    return $"The path from the source ends at the op {before}, whose result has no gradient.";
            }
        }

        return "No recorded op leads from the source to the target: compute the target from it while the tape records.";
    }

    /// <summary>The path in lines, from the target down to the source.</summary>
    public string Describe(Tensor target, GradientSource source, string whyNot)
    {
        StringBuilder text = new();
        text.Append($"the target {target.Describe()}\n");
        HashSet<long> reachable = Reachable(source.Id);
        long current = target.Id;
        bool stopped = false;
        for (int i = entries.Count - 1; i >= 0 && current != source.Id; i--)
        {
            TapeEntry entry = entries[i];
            if (!Array.Exists(entry.Outputs, output => output.Id == current)
                || Array.Find(entry.Inputs, input => reachable.Contains(input.Id)) is not { } input)
                continue;
            bool stops = GradientRegistry.IsNotDifferentiable(entry.Operation.Name);
            string note = entry.Rule is null ? "   no gradient rule" : stops ? "   no gradient passes" : "";
            stopped |= stops;
            text.Append($"  {entry.Operation.Name}({string.Join(", ", entry.Inputs.Select(t => t.Describe()))}){note}\n");
            current = input.Id;
        }

        text.Append(current == source.Id ? source.ToString() : $"{source}: not connected. {whyNot}");
        if (current == source.Id && stopped)
            text.Append($"\n{whyNot}");
        return text.ToString();
    }

    /// <summary>The inputs of ops on the way to a target through which no gradient passes, the last one first.</summary>
    private List<(string Op, long Input)> Stops(HashSet<long> leading)
    {
        List<(string, long)> stops = [];
        for (int i = entries.Count - 1; i >= 0; i--)
        {
            string op = entries[i].Operation.Name;
            if (GradientRegistry.IsNotDifferentiable(op) && entries[i].Outputs.Any(leading))
                stops.AddRange(entries[i].Inputs.Select(input => (op, input.Id)));
        }

        return stops;
    }

    /// <summary>What was computed from a tensor.</summary>
    private HashSet<long> Reachable(long source)
    {
        HashSet<long> reachable = [source];
        foreach (TapeEntry entry in entries)
        {
            if (!entry.Inputs.Any(reachable))
                continue;
            foreach (Tensor output in entry.Outputs)
                reachable.Add(output.Id);
        }

        return reachable;
    }

    /// <summary>What a tensor was computed from.</summary>
    private HashSet<long> Leading(long target)
    {
        HashSet<long> leading = [target];
        for (int i = entries.Count - 1; i >= 0; i--)
        {
            if (!entries[i].Outputs.Any(leading))
                continue;
            foreach (Tensor input in entries[i].Inputs)
                leading.Add(input.Id);
        }

        return leading;
    }
}
