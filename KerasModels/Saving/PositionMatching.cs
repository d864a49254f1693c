using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Saving;

/// <summary>Takes weights by their order, as <c>model.set_weights</c> does.</summary>
internal sealed class PositionMatching : IWeightMatching
{
    private readonly List<VariableLoad> _entries = [];
    private readonly List<(Variable Variable, WeightArray Source)> _assignments = [];

    public PositionMatching(Model model, WeightNode root)
    {
        IReadOnlyList<Variable> variables = model.Variables;
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

    public IReadOnlyList<VariableLoad> Entries => _entries;

    public IReadOnlyList<(Variable Variable, WeightArray Source)> Assignments => _assignments;
}
