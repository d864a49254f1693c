using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.BatchMath;

namespace TfLbfgs.Optimization;

/// <summary>Collects on the device what finished members leave: their points, gradients and pairs.</summary>
internal sealed class BatchHarvest : IDisposable
{
    private readonly List<(int Member, int Pairs, int Slot)> _members = [];
    private readonly List<Tensor> _positions = [];
    private readonly List<Tensor> _gradients = [];
    private readonly List<(Tensor Steps, Tensor Changes, int Capacity)> _pairs = [];

    private readonly Dictionary<int, (int Part, int Row)> _places = [];

    /// <summary>The point of a member, shape [n]; null: it was not taken yet.</summary>
    public Tensor? PositionOf(int member) =>
        _places.TryGetValue(member, out (int Part, int Row) place) ? _positions[place.Part][place.Row] : null;

    /// <summary>The gradient there, shape [n]; null: it was not taken yet.</summary>
    public Tensor? GradientOf(int member) =>
        _places.TryGetValue(member, out (int Part, int Row) place) ? _gradients[place.Part][place.Row] : null;

    /// <summary>Takes members of a stage whose moves are settled.</summary>
    /// <param name="stage">Where they are.</param>
    /// <param name="members">Which; those that were taken before are left out, and repeated ones.</param>
    /// <param name="state">What the host knows of all.</param>
    public void Take(BatchStage stage, IEnumerable<int> members, IReadOnlyList<BatchMemberState> state)
    {
        int[] taken = [.. members.Distinct().Where(member => !_places.ContainsKey(member))];
        if (taken.Length == 0)
            return;
        using TensorScope scope = new();
        Tensor rows = Tensor.From([.. taken.Select(member => (long)stage.Members.TakeWhile(m => m != member).Count())]);
        (Tensor position, Tensor gradient) =
            stage.Points(rows, Tensor.From<bool>([.. taken.Select(member => state[member].EndsAtBest)], [taken.Length, 1]));
        for (int row = 0; row < taken.Length; row++)
            _places[taken[row]] = (_positions.Count, row);
        _positions.Add(position.Alias());
        _gradients.Add(gradient.Alias());
        _pairs.Add((Rows(stage.History.Steps, rows).Alias(), Rows(stage.History.Changes, rows).Alias(), stage.Capacity));
        _members.AddRange(taken.Select(member => (member, state[member].Pairs, state[member].Slot)));
    }

    /// <summary>Everything in the order of the members, when all are taken.</summary>
    /// <param name="shape">[..., n].</param>
    /// <returns>Owned by the caller: points and gradients, shape [..., n], steps and changes, shape [m, ..., n], oldest first, m being the
    /// most pairs that a member has, at least 1.</returns>
    public (Tensor Position, Tensor Gradient, Tensor Steps, Tensor Changes) Finish(Shape shape)
    {
        using TensorScope scope = new();
        int length = Math.Max(1, _members.Max(member => member.Pairs));
        long[] pairs = [length, .. shape.ToArray()];
        Tensor order =
            Tensor.From([.. Enumerable.Range(0, _members.Count).OrderBy(place => _members[place].Member).Select(place => (long)place)]);
        return (
            scope.Keep(Shaped(Rows(Joined(_positions), order), shape.ToArray())),
            scope.Keep(Shaped(Rows(Joined(_gradients), order), shape.ToArray())),
            scope.Keep(Shaped(ByAge(pair => pair.Steps, length, order), pairs)),
            scope.Keep(Shaped(ByAge(pair => pair.Changes, length, order), pairs)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in _positions.Concat(_gradients).Concat(_pairs.SelectMany(pair => new[] { pair.Steps, pair.Changes })))
            tensor.Dispose();
    }

    private static Tensor Joined(List<Tensor> parts)
    {
        using Tensor axis = Tensor.Scalar(0);
        return parts.Count == 1 ? parts[0] : RawOps.ConcatV2(parts, axis);
    }

    /// <summary>One half of the pairs, shape [m, b, n]: zeros, then the oldest to the youngest.</summary>
    private Tensor ByAge(Func<(Tensor Steps, Tensor Changes, int Capacity), Tensor> half, int length, Tensor order)
    {
        List<Tensor> parts = [];
        int first = 0;
        foreach ((Tensor Steps, Tensor Changes, int Capacity) pair in _pairs)
        {
            Tensor vectors = half(pair);
            int count = (int)vectors.Shape[0];
            long[] slots = new long[count * length];
            bool[] filled = new bool[slots.Length];
            for (int i = 0; i < slots.Length; i++)
            {
                (_, int pairs, int slot) = _members[first + i / length];
                int age = length - 1 - i % length;
                filled[i] = age < pairs;
                // Slots are taken in turn; before the first round is over none is below zero.
                slots[i] = filled[i] ? (slot - age + pair.Capacity) % pair.Capacity : 0;
            }

            using Tensor axis = Tensor.Scalar(1);
            Tensor sorted = RawOps.GatherV2(vectors, Tensor.From<long>(slots, [count, length]), axis, batchDims: 1);
            parts.Add(RawOps.SelectV2(Tensor.From<bool>(filled, [count, length, 1]), sorted, RawOps.ZerosLike(sorted)));
            first += count;
        }

        return RawOps.Transpose(Rows(Joined(parts), order), Tensor.From([1, 0, 2]));
    }
}
