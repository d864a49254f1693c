using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>
/// Tensors that were computed from what a tape tracks, but by an op whose results have no gradient, such as a Cast to integers: the tape
/// can say where the path to them ended. Holds no tensors.
/// </summary>
internal sealed class EndedPaths
{
    private readonly Dictionary<long, (string Op, long From)> _ends = [];

    /// <summary>Notes an op with a tracked input, none of whose outputs has a gradient.</summary>
    public void End(Operation operation, Tensor[] outputs, Func<Tensor, bool> isTracked)
    {
        long from = operation.Inputs.First(isTracked).Id;
        foreach (Tensor output in outputs)
            _ends[output.Id] = (operation.Name, from);
    }

    /// <summary>Notes what is computed further from such a tensor.</summary>
    public void Continue(Operation operation, Tensor[] outputs)
    {
        if (_ends.Count == 0)
            return;
        for (int i = 0; i < operation.Inputs.Count; i++)
        {
            if (!_ends.TryGetValue(operation.Inputs[i].Id, out (string, long) end))
                continue;
            foreach (Tensor output in outputs)
                _ends[output.Id] = end;
            return;
        }
    }

    /// <summary>The op at which the path to a tensor ended, where it came from a reachable one; null: none did.</summary>
    public string? Find(long tensor, HashSet<long> reachable) =>
        _ends.TryGetValue(tensor, out (string Op, long From) end) && reachable.Contains(end.From) ? end.Op : null;

    /// <summary>Forgets all.</summary>
    public void Clear() => _ends.Clear();
}
