using System.Text.Json;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>What SciPy's L-BFGS-B reached on the problems, by the names of these.</summary>
internal static class SciPyResults
{
    /// <summary>Reads them from <c>peers.json</c>.</summary>
    public static Dictionary<string, JsonElement> Read()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("lbfgs", "peers.json")));
        return document.RootElement.GetProperty("table").EnumerateArray()
            .ToDictionary(
                row => row.GetProperty("problem").GetString()!, row => row.GetProperty("results").GetProperty("scipy_lbfgsb").Clone());
    }
}
