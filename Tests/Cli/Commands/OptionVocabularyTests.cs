using System.CommandLine;
using System.Text.RegularExpressions;
using TfLbfgs.Cli.Commands;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

/// <summary>One vocabulary over the help of all commands and docs/cli.md.</summary>
public sealed partial class OptionVocabularyTests
{
    private static readonly Command Root = Tool.CreateRoot();

    private static IEnumerable<(Command Command, Option Option)> Options =>
        from command in Root.Subcommands from option in command.Options select (command, option);

    /// <summary>The names of the commands.</summary>
    public static TheoryData<string> Commands => [.. Root.Subcommands.Select(command => command.Name)];

    [Fact]
    public void Options_OfOneName_MeanTheSameInEveryCommand()
    {
        Assert.True(Root.Subcommands.Count >= 10 && Options.Count() >= 60, "commands or options are missing");
        foreach (IGrouping<string, (Command Command, Option Option)> group in Options.GroupBy(entry => entry.Option.Name))
        {
            string commands = $"{group.Key} of {string.Join(", ", group.Select(entry => entry.Command.Name))}";
            One(group.Select(entry => BeginOf(entry.Option.Description)), $"the first words of {commands}");
            One(group.Select(entry => entry.Option.HelpName ?? "(none)"), $"the value of {commands}");
            One(group.Select(entry => entry.Option.ValueType.Name), $"the type of {commands}");
            One(group.Select(entry => string.Join(' ', entry.Option.Aliases.Order(StringComparer.Ordinal))), $"the aliases of {commands}");
        }
    }

    [Fact]
    public void Values_OfAllOptions_HaveTheNamesOfOneList()
    {
        string[] names = ["FILE", "DIR", "OUT", "MODEL", "NAME", "DTYPE", "N", "X", "N[,N]", "COLUMN[,COLUMN]", "HOST:PORT[,HOST:PORT]"];
        foreach ((Command command, Option option) in Options)
        {
            if (option.ValueType == typeof(bool))
                Assert.True(option.HelpName is null, $"{command.Name} {option.Name}: expected no value, received {option.HelpName}");
            else
                Assert.True(Array.IndexOf(names, option.HelpName) >= 0,
                    $"{command.Name} {option.Name}: expected one of {string.Join(' ', names)}, received {option.HelpName}");
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_OfACommand_HasSentencesExamplesThatParseAndExitCodes(string name)
    {
        ToolCommand command = Assert.IsType<ToolCommand>(Root.Subcommands.Single(command => command.Name == name));
        Assert.NotEmpty(command.Examples);
        foreach (string example in command.Examples)
        {
            // The part of a pipe that is the tool, without what the shell redirects.
            string line = example.Split($"| {Tool.Name} ")[^1].Split(" >")[0];
            Assert.StartsWith(name, line, StringComparison.Ordinal);
            Assert.Empty(Root.Parse(line).Errors);
        }

        string[] texts = [.. command.Options.Select(option => option.Description!),
            .. command.Arguments.Select(argument => argument.Description!), command.Description!];
        Assert.All(texts, text => Assert.Matches("^[A-Z][^\n]{5,300}\\.$", text));

        string help = CliProgram.Run(name, "--help").Succeeded().Output;
        Assert.Contains($"Examples:\n  {Tool.Name} {command.Examples[0]}\n", help, StringComparison.Ordinal);
        Assert.All(ExitCode.All, code => Assert.Matches($@"\n  {Regex.Escape(code.Code)} +{Regex.Escape(code.Meaning)}\n", help));
    }

    [Fact]
    public void Document_OfTheTool_NamesEveryOptionWithItsValue()
    {
        // Lines with dotnet hold its options, too.
        IEnumerable<string> lines = File.ReadLines(Path.Combine(Checkout.Root, "docs", "cli.md"))
            .Where(line => !line.Contains("dotnet ", StringComparison.Ordinal));
        Dictionary<string, string?> values =
            Options.Concat(Root.Options.Select(option => (Command: Root, Option: option)))
            .GroupBy(entry => entry.Option.Name).ToDictionary(group => group.Key, group => group.First().Option.HelpName);
        HashSet<string> documented = [];
        foreach (string line in lines)
        {
            foreach (Match named in OptionInText().Matches(line))
                Assert.True(values.ContainsKey(named.Value), $"docs/cli.md: expected options that exist, received {named.Value}");
            if (TableRow().Match(line) is not { Success: true } row)
                continue;
            foreach (Match cell in OptionInCell().Matches(row.Value))
            {
                string option = cell.Groups["name"].Value, value = cell.Groups["value"].Value;
                documented.Add(option);
                // A cell with several options refers to where they are explained.
                Assert.True(
                    value == (values[option] ?? "") || (value.Length == 0 && OptionInCell().Count(row.Value) > 1),
                    $"docs/cli.md: expected {option} {values[option]}, received {option} {value}");
            }
        }

        string[] missing = [.. Options.Select(entry => entry.Option.Name).Distinct().Except(documented)];
        Assert.True(missing.Length == 0, $"docs/cli.md: expected a row of a table for {string.Join(", ", missing)}");
    }

    private static void One(IEnumerable<string> texts, string what)
    {
        string[] different = [.. texts.Distinct()];
        Assert.True(different.Length == 1, $"expected one text as {what}, received {string.Join(" | ", different)}");
    }

    // Up to the first colon or full stop: what follows may belong to the command.
    private static string BeginOf(string? description) => SentenceBegin().Match(description ?? "").Value;

    [GeneratedRegex(@"^[^:.;]+")]
    private static partial Regex SentenceBegin();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z0-9-]+")]
    private static partial Regex OptionInText();

    [GeneratedRegex(@"^\| `--[^|]*")]
    private static partial Regex TableRow();

    [GeneratedRegex(@"`(?<name>--[a-z0-9-]+)(?: (?<value>[^`]+))?`")]
    private static partial Regex OptionInCell();
}
