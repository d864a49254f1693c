using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using TfLbfgs.Formats;
using TfLbfgs.Keras;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Tests.Support;

/// <summary>
/// Compiles and runs cells of C# one after the other in one state, as a notebook does: what one declares, the next ones see. The assemblies
/// of the product are references, their namespaces are not
/// imported: a cell says what it uses. At the end everything that the cells left in variables, or undisposed, is freed.
/// </summary>
internal sealed partial class ScriptRunner : IDisposable
{
    // What a C# project with implicit usings imports, and what the C# kernel of notebooks does.
    private static readonly string[] ProjectImports =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Text", "System.Threading", "System.Threading.Tasks"];

    private static readonly string[] KernelImports =
        ["System", "System.Collections", "System.Collections.Generic", "System.Linq", "System.Text", "System.Threading.Tasks"];

    private static readonly ScriptOptions Options = ScriptOptions.Default
        .AddReferences(typeof(object).Assembly, typeof(Enumerable).Assembly, typeof(Console).Assembly)
        .AddReferences(typeof(Tensor).Assembly, typeof(RawOps).Assembly, typeof(Variable).Assembly, typeof(Model).Assembly);

    private readonly TensorScope _scope = new();
    private readonly ScriptOptions _options;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private ScriptState<object>? _state;
    private int _cells;

    /// <summary>Starts a state without variables. Use and dispose it on one thread.</summary>
    /// <param name="references">Further assemblies that the cells may use.</param>
    public ScriptRunner(params System.Reflection.Assembly[] references) : this(ProjectImports, references)
    {
    }

    private ScriptRunner(string[] imports, System.Reflection.Assembly[] references) =>
        _options = Options.AddImports(imports).AddReferences(references);

    /// <summary>Starts a state in which the namespaces are imported that the C# kernel of notebooks imports.</summary>
    /// <param name="references">Further assemblies that the cells may use.</param>
    public static ScriptRunner ForNotebook(params System.Reflection.Assembly[] references) => new(KernelImports, references);

    /// <summary>Runs cells in order.</summary>
    /// <param name="cells">The code of each. Lines that load packages (<c>#r "nuget: ..."</c>) are left out, since the assemblies are
    /// references already.</param>
    /// <param name="references">Further assemblies that the cells may use.</param>
    /// <returns>What each printed to the console, and the value of its last expression, if it has one.</returns>
    /// <exception cref="ScriptCellException">A cell does not compile, or throws; the message names it.</exception>
    public static IReadOnlyList<ScriptOutput> RunAll(IEnumerable<string> cells, params System.Reflection.Assembly[] references)
    {
        using ScriptRunner runner = new(references);
        return [.. cells.Select(runner.Run)];
    }

    /// <summary>Compiles code and does not run it.</summary>
    /// <param name="code">The code.</param>
    /// <returns>What the compiler refuses.</returns>
    public static IReadOnlyList<string> ErrorsOf(string code) =>
        [.. CSharpScript.Create(code, Options.AddImports(ProjectImports).AddReferences(typeof(StoredArray).Assembly)).Compile()
            .Where(diagnostic => diagnostic.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
                .Select(diagnostic => diagnostic.ToString())];

    /// <summary>Runs the next cell.</summary>
    /// <param name="code">The code.</param>
    /// <returns>What it printed to the console, and the value of its last expression, if it has one.</returns>
    /// <exception cref="ScriptCellException">It does not compile, or throws; what it left is kept, and the next cell can run.</exception>
    public ScriptOutput Run(string code)
    {
        _cells++;
        TextWriter console = Console.Out;
        using StringWriter printed = new();
        Console.SetOut(printed);
        try
        {
            code = PackageLine().Replace(code, "");
            Task<ScriptState<object>> run = _state is null ? CSharpScript.RunAsync(code, _options) : _state.ContinueWithAsync(code);
            _state = run.GetAwaiter().GetResult();
            if (Environment.CurrentManagedThreadId != _thread)
                throw new InvalidOperationException("the cell went on on another thread");
            return new ScriptOutput(printed.ToString().ReplaceLineEndings("\n"), _state.ReturnValue);
        }
        catch (CompilationErrorException e)
        {
            throw new ScriptCellException($"cell {_cells} does not compile: {string.Join('\n', e.Diagnostics)}\n{code}", e);
        }
        catch (Exception e)
        {
            throw new ScriptCellException(
                $"cell {_cells} threw {e.GetType().Name}: {e.Message}\nafter it had printed: {printed}\n{code}", e);
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    /// <summary>Disposes what the variables of the cells hold, last first, and every tensor that is not disposed yet.</summary>
    public void Dispose()
    {
        HashSet<object> done = new(ReferenceEqualityComparer.Instance);
        foreach (ScriptVariable variable in _state?.Variables.Reverse() ?? [])
        {
            if (variable.Value is { } value and (IDisposable or ITuple) && done.Add(value))
                Free(value);
        }

        _state = null;
        _scope.Dispose();
    }

    private static void Free(object? value)
    {
        if (value is IDisposable disposable)
            disposable.Dispose();
        for (int i = 0; value is ITuple tuple && i < tuple.Length; i++)
            Free(tuple[i]);
    }

    [GeneratedRegex(@"^\s*#r\s+""nuget:.*$", RegexOptions.Multiline)]
    private static partial Regex PackageLine();
}
