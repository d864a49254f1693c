using System.Text.Json;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Ports;

/// <summary>The scripts of the ports give the figures that are stored, in real TensorFlow, Keras, tfp and SciPy.</summary>
[Trait("Category", "Peers")]
public sealed class PeersPortTests
{
    private const string Run = """
        import os, runpy, sys
        sys.path.insert(0, sys.argv[1])
        import ports
        ports.record = lambda name, **figures: print(ports.json.dumps({key: float(value) for key, value in figures.items()}))
        runpy.run_path(os.path.join(sys.argv[1], sys.argv[2] + ".py"))
        """;

    [Theory(Explicit = true)]
    [InlineData("burgers")]
    [InlineData("burgers_identification")]
    [InlineData("calabi_yau")]
    [InlineData("channel")]
    [InlineData("heat")]
    [InlineData("nested_logit")]
    [InlineData("schroedinger")]
    public void Script_InPython_GivesTheStoredFigures(string name)
    {
        string output = Peers.Run(Run, PortFigures.Folder, name);
        using JsonDocument figures = JsonDocument.Parse(output.Trim().Split('\n')[^1]);
        PortFigures stored = PortFigures.Of(name);
        foreach (JsonProperty figure in figures.RootElement.EnumerateObject())
            stored.Close(figure.Name, figure.Value.GetDouble(), 1e-4);
    }
}
