using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>The branches of which a condition or an index selects one. They return tensors of the same number and dtypes.</summary>
/// <param name="outer">The trace that they are part of.</param>
/// <param name="parts">Their ops.</param>
/// <param name="results">What each returns.</param>
/// <param name="owners">For tensors from outside that one branch alone may use, which one: for the others they have no value.</param>
internal sealed class BranchSet(Trace outer, TracedPart[] parts, IReadOnlyList<IReadOnlyList<Tensor>> results,
    IReadOnlyDictionary<long, int> owners)
{
    private readonly Dictionary<string, BranchGradient> _gradients = [];

    /// <summary>The trace that they are part of.</summary>
    public Trace Outer => outer;

    /// <summary>Their ops.</summary>
    public IReadOnlyList<TracedPart> Parts => parts;

    /// <summary>What each returns.</summary>
    public IReadOnlyList<IReadOnlyList<Tensor>> Results => results;

    /// <summary>For tensors from outside that one branch alone may use, which one.</summary>
    public IReadOnlyDictionary<long, int> Owners => owners;

    /// <summary>Whether a tensor from outside has a value when a branch runs.</summary>
    public bool HasValue(Tensor capture, int branch) => !owners.TryGetValue(capture.Id, out int owner) || owner == branch;

    /// <summary>The dtypes of the results.</summary>
    public DType[] Types => [.. results[0].Select(result => result.DType)];

    /// <summary>What is known of the shapes of the results whichever branch runs.</summary>
    public Shape[] Shapes =>
        [.. Enumerable.Range(0, results[0].Count).Select(i => results.Select(result => result[i].Shape).Aggregate(Common))];

    /// <summary>The tensors from outside that any of them takes.</summary>
    public Tensor[] Captures => [.. parts.SelectMany(part => part.Trace.Captures).DistinctBy(capture => capture.Id)];

    /// <summary>Whether one of them assigns variables, draws random numbers or has other effects.</summary>
    public bool HasEffects => Array.Exists(parts, part => part.Trace.HasEffects);

    /// <summary>The branches of the gradient, traced once for each derivative.</summary>
    /// <param name="derivative">Which derivative.</param>
    /// <param name="orders">How many derivatives may be taken of it.</param>
    public BranchGradient Gradient(BranchDerivative derivative, int orders)
    {
        if (!_gradients.TryGetValue(derivative.Key, out BranchGradient? gradient))
            _gradients[derivative.Key] = gradient = BranchGradient.Create(this, derivative, orders);
        return gradient;
    }

    /// <summary>The values that gradients to an order need: the branches return them, so that they run once.</summary>
    /// <param name="derivative">With respect to all that a tape tracks.</param>
    /// <param name="orders">The order.</param>
    /// <returns>The values; none when the branches cannot be differentiated, which is reported where a gradient is taken.</returns>
    public IReadOnlyList<KeptValue> Needed(BranchDerivative derivative, int orders)
    {
        List<KeptValue> needed = [];
        try
        {
            for (int order = 1; order <= orders; order++)
            {
                KeptValue[] kept = [.. needed.Where(value => PartRecorder.CarriesGradient(value.Value.DType))];
                int before = needed.Count;
                BranchGradient gradient = Gradient(derivative with { Kept = order == 1 ? [] : kept }, orders - order);
                needed.AddRange(gradient.Kept.Select(value => value.Kept).Where(value => !needed.Exists(value.IsSame)));
                if (needed.Count == before)
                    break;
            }
        }
        catch (TfLbfgsException)
        {
            return [];
        }

        return needed;
    }

    private static Shape Common(Shape a, Shape b)
    {
        if (!a.HasRank || !b.HasRank || a.Rank != b.Rank)
            return Shape.Unknown;
        return (long[])[.. a.Zip(b, (x, y) => x == y ? x : -1)];
    }
}
