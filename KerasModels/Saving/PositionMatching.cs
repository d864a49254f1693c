using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Saving;

/// <summary>Takes weights by their order, as <c>model.set_weights</c> does.</summary>
internal sealed class PositionMatching : IWeightMatching
{
    private readonly List<VariableLoad> _entries = [];
    private readonly List<(Variable Variable, WeightArray Source)> _assignments = [];

    public PositionMatching(Model model, WeightNode root)
    {
        IReadOnlyList<Variable> variables = InOrderOf(model, root);
        for (int i = 0; i < variables.Count; i++)
        {
            if (i >= root.Arrays.Count)
            {
                _entries.Add(VariableMatch.Missing(variables[i], $"as array {i}"));
                continue;
            }

            _entries.Add(VariableMatch.Compare(variables[i], root.Arrays[i], root.Arrays[i].Name, isRenamed: false));
            if (_entries[^1].IsLoaded)
                _assignments.Add((variables[i], root.Arrays[i]));
        }

        _entries.AddRange(root.Arrays.Skip(variables.Count).Select(array => VariableMatch.Extra(array, array.Name)));
    }

    // Keras 2 lists the weights of a subclassed model itself behind those of its layers, Keras 3 before.
    private static IReadOnlyList<Variable> InOrderOf(Model model, WeightNode root)
    {
        IReadOnlyList<Variable> variables = model.Variables;
        HashSet<Variable> own = [.. model.OwnVariables];
        Variable[] ownLast = [.. variables.Where(variable => !own.Contains(variable)), .. variables.Where(own.Contains)];
        return !Fits(variables) && Fits(ownLast) ? ownLast : variables;

        bool Fits(IReadOnlyList<Variable> order) =>
            order.Count == root.Arrays.Count && order.Zip(root.Arrays).All(pair => pair.First.Shape.SequenceEqual(pair.Second.Shape));
    }

    public IReadOnlyList<VariableLoad> Entries => _entries;

    public IReadOnlyList<(Variable Variable, WeightArray Source)> Assignments => _assignments;
}
